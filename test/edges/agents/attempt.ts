import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { type AttemptEnd, runAttempt } from '../../../action/attempt.ts'
import { openIsolation } from '../../../action/isolation/isolation.ts'
import { openStore } from '../../../action/store.ts'
import type { AgentSpec, Check } from '../../../core/contract/ticket.ts'
import type { Protection } from '../../../core/words/protection.ts'
import { type Ground, openGround } from '../isolation/ground.ts'
import { writeTicket } from '../runway.ts'

export type AttemptWish = {
  agent: Partial<AgentSpec> & Pick<AgentSpec, 'cli'>
  keys: Readonly<Record<string, string>>
  goal?: string
  minutes?: number
  /** What its models may use. */
  tokens?: number
  setup?: readonly string[]
  checks?: readonly Check[]
  network?: 'open' | 'gateway'
  signal?: AbortSignal
  /** What the machine is to have reached, when not what it did. */
  protection?: Protection
  /** The machine that it shares with others. */
  ground?: Ground
}

export type Tried = AttemptEnd & {
  log: string
  /** Where it was, and as whom. */
  dir: string
  uid: number | null
  /** Milliseconds in which its repository was made, which a run has from GitHub. */
  made: number
  /** What a file was when the agent stopped. */
  files: ReadonlyMap<string, string>
}

/** A real attempt without jobs around it; what it printed is in `log`. */
export async function tryAttempt(wish: AttemptWish): Promise<Tried> {
  if (wish.ground !== undefined) return await attemptOn(wish.ground, wish)
  using ground = openGround()
  return await attemptOn(ground, wish)
}

async function attemptOn(ground: Ground, wish: AttemptWish): Promise<Tried> {
  // Now, because tests put tools on it.
  const host = { path: process.env.PATH ?? '', proxy: {} }
  await using isolation = await openIsolation({ parent: ground.temp, hide: [], doors: [] })
  const store = await openStore(join(isolation.dir, 'store.git'), host)
  const began = performance.now()
  execFileSync('git', ['push', '-q', store.git.dir, 'HEAD:refs/heads/base'], { cwd: ground.origin })
  const start = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ground.origin, encoding: 'utf8' }).trim()
  const made = performance.now() - began
  const spec = { model: null, fallback_model: null, base_url: null, secrets: [], same_user: false }
  const ticket = writeTicket(start, {
    goal: wish.goal ?? '',
    agent: { name: 'robot', ...spec, args: [], command: null, ...wish.agent },
    ...(wish.network === undefined ? {} : { network: wish.network }),
    setup: [...(wish.setup ?? [])],
    checks: [...(wish.checks ?? [])],
    limits: {
      minutes: wish.minutes ?? 2,
      loops: 2,
      max_files: 20,
      max_bytes: 100_000,
      ...(wish.tokens === undefined ? {} : { tokens: wish.tokens }),
    },
  })
  const lines: string[] = []
  const say = (line: string) => void lines.push(line)
  const plan = {
    ticket,
    start,
    store,
    isolation: { ...isolation, protection: wish.protection ?? isolation.protection },
    signal: wish.signal ?? new AbortController().signal,
    group: <T>(_: string, work: (quote: (line: string) => void) => Promise<T>) => work(say),
    say,
    supplies: { tools: { path: host.path, cache: ground.temp, npm: {} }, keys: wish.keys, proxy: {} },
  }
  const { dir, uid } = isolation
  return await runAttempt(plan, async end => {
    return { ...end, log: lines.join('\n'), dir, uid, made, files: await readFiles(end.snapshot) }
  })
}

async function readFiles(snapshot: AttemptEnd['snapshot']): Promise<Map<string, string>> {
  if (snapshot.is !== 'changed') return new Map()
  const { git, tree } = snapshot
  const paths = (await git.text(['ls-tree', '-r', '-z', '--name-only', tree])).split('\0').filter(Boolean)
  const read = paths.map(
    async path => [path, await git.text(['cat-file', 'blob', `${tree}:${path}`])] as const,
  )
  return new Map(await Promise.all(read))
}
