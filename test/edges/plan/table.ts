import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { AttemptEnd, AttemptPlan } from '../../../action/attempt.ts'
import { openIsolation } from '../../../action/isolation/isolation.ts'
import { readMap } from '../../../action/map/map.ts'
import type { Sources } from '../../../action/planning/papers.ts'
import { runPlanner } from '../../../action/planning/planner.ts'
import { synthesise } from '../../../action/planning/synthesis.ts'
import { openStore } from '../../../action/store.ts'
import { DOCUMENTS, type Planner } from '../../../core/planning/document.ts'
import type { Lack } from '../../../core/planning/lack.ts'
import { openGround } from '../isolation/ground.ts'
import { writeTicket } from '../runway.ts'

export const FEATURE = '1-dark-mode'

export type Made = { end: AttemptEnd; files: ReadonlyMap<string, string>; log: string }

/** A planner's document with all its headings. */
export function document(role: Planner | 'synthesis', words = 'Words.'): string {
  return DOCUMENTS[role].outline.map(heading => `## ${heading}\n\n${words}\n`).join('\n')
}

export function sources(change: Partial<Record<Planner, string | null>> = {}): Sources {
  const brought = (role: Planner) => {
    const text = change[role] === undefined ? document(role, `Said by ${role}.`) : change[role]
    const note = { version: 1, role, outcome: 'done', summary: '', failure: null, usage: null } as const
    return text === null ? null : { note, document: text }
  }
  return { spec: brought('spec'), architecture: brought('architecture'), qa: brought('qa') }
}

/** A shell line that writes a file where the agent has to leave it. */
export function leave(file: string, text: string): string {
  return `cat > "$CHORUS_OUT/${file}" <<'END_OF_FILE'\n${text}\nEND_OF_FILE\n`
}

/** Lets the synthesis run with an agent that does what this shell line says, on a real machine. */
export function makePlan(command: string, from: Sources = sources(), more: More = {}): Promise<Made> {
  return withPlan({ command, ...more }, async (plan, log) =>
    synthesise({ ...plan, sources: from, map: draw(plan) }, async end => {
      return { end, files: await readFiles(end.snapshot), log: log.join('\n') }
    }),
  )
}

/** The same for one planner. */
export function makeDocument(command: string, goal: string, more: More & { role?: Planner } = {}) {
  const { role = 'spec' } = more
  return withPlan({ command, goal, ...more }, async (plan, log) => {
    return { ...(await runPlanner({ ...plan, role, map: draw(plan) })), log: log.join('\n') }
  })
}

const draw = (plan: AttemptPlan) => async () => ({
  map: await readMap({ git: plan.store.git, at: plan.start, cache: null }),
  drawn: true,
  said: '',
})

/** Where the agents’ model is, what the whole attempt may use, and what is run before. */
type More = { model?: string; tokens?: number; setup?: string[]; before?: Before; feedback?: string }

/** A plan that was made in that folder, as people have edited it since. */
type Before = { folder?: string; made: Files; edited: Files; again?: Planner[]; lacks?: Lack[] }
type Files = Readonly<Record<string, string>>

/** @returns its ticket's words about it. */
function layBefore(origin: string, { folder = FEATURE, made, edited, again = [], lacks = [] }: Before) {
  const commit = (files: Files) => {
    for (const [name, text] of Object.entries(files)) {
      const path = join(origin, 'specs', folder, name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
    }
    const git = (...args: string[]) => execFileSync('git', args, { cwd: origin, encoding: 'utf8' }).trim()
    git('add', '.')
    git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'plan')
    return git('rev-parse', 'HEAD')
  }
  const first = commit(made)
  const at = commit(edited)
  return { feature: folder, at, made: folder === FEATURE ? first : null, again, lacks }
}

async function withPlan<T>(
  {
    command,
    goal = '',
    model,
    tokens,
    setup = [],
    before,
    feedback = '',
  }: More & { command: string; goal?: string },
  use: (plan: AttemptPlan, log: string[]) => Promise<T>,
): Promise<T> {
  using ground = openGround()
  const host = { path: process.env.PATH ?? '', proxy: {} }
  await using isolation = await openIsolation({ parent: ground.temp, hide: [], doors: [] })
  const previous = before === undefined ? null : layBefore(ground.origin, before)
  const store = await openStore(join(isolation.dir, 'store.git'), host)
  execFileSync('git', ['push', '-q', store.git.dir, 'HEAD:refs/heads/base'], { cwd: ground.origin })
  const start = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ground.origin, encoding: 'utf8' }).trim()
  const { agent } = writeTicket(start, {})
  const own = { ...agent, cli: 'custom', command, base_url: model ?? null }
  const ticket = writeTicket(start, {
    kind: 'plan',
    goal,
    setup,
    feedback,
    continues: previous?.made == null ? null : start,
    agent: own,
    planning: {
      feature: FEATURE,
      spec: own,
      architecture: own,
      qa: own,
      ...(previous === null ? {} : { previous }),
    },
    limits: {
      minutes: 2,
      loops: 1,
      max_files: 20,
      max_bytes: 500_000,
      ...(tokens === undefined ? {} : { tokens }),
    },
  })
  const log: string[] = []
  const say = (line: string) => void log.push(line)
  const plan: AttemptPlan = {
    ticket,
    start,
    store,
    isolation,
    signal: new AbortController().signal,
    group: (_, work) => work(say),
    say,
    supplies: { tools: { path: host.path, cache: ground.temp, npm: {} }, keys: {}, proxy: {} },
  }
  return await use(plan, log)
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
