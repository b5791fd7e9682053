import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Desk, openDesk } from '../../../action/desk.ts'
import { type IsolationWish, openIsolation } from '../../../action/isolation/isolation.ts'
import { type ProcessOptions, type ProcessResult, runShell } from '../../../action/process.ts'
import { openStore } from '../../../action/store.ts'
import { openWorktree, type Worktree } from '../../../action/worktree.ts'

/** A machine with a runner's folder on it, and attempts that are opened there as the work action opens them. */
export type Ground = Disposable & {
  /** The runner's folder for temporary files: everybody can read it, as on many machines of people's own. */
  temp: string
  /** Where attempts are taken from, with one commit. */
  origin: string
  open(wish?: Partial<IsolationWish>): Promise<Attempt>
}

export type Attempt = AsyncDisposable & {
  isolation: Awaited<ReturnType<typeof openIsolation>>
  worktree: Worktree
  desk: Desk
  /** What an agent does, in its worktree. */
  agent(line: string, more?: Partial<ProcessOptions>): Promise<ProcessResult & { text: string }>
}

const host = { path: process.env.PATH ?? '', proxy: {} }

export function openGround(): Ground {
  const root = mkdtempSync(join(tmpdir(), 'ground-'))
  const origin = join(root, 'origin')
  const temp = join(root, 'temp')
  execFileSync('git', ['init', '-q', '-b', 'main', origin])
  writeFileSync(join(origin, 'a.txt'), 'one\n')
  const git = ['-c', 'user.name=a', '-c', 'user.email=a@b']
  execFileSync('git', ['add', '.'], { cwd: origin })
  execFileSync('git', [...git, 'commit', '-q', '-m', 'base'], { cwd: origin })
  execFileSync('mkdir', ['-p', join(temp, '_runner_file_commands')])
  execFileSync('chmod', ['-R', 'a+rX', root])
  return {
    temp,
    origin,
    open: wish => openAttempt({ temp, origin }, wish ?? {}),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  }
}

async function openAttempt(
  { temp, origin }: Pick<Ground, 'temp' | 'origin'>,
  wish: Partial<IsolationWish>,
): Promise<Attempt> {
  await using undo = new AsyncDisposableStack()
  const isolation = undo.use(await openIsolation({ parent: temp, hide: [temp], doors: null, ...wish }))
  const store = await openStore(join(isolation.dir, 'store.git'), host)
  execFileSync('git', ['push', '-q', store.git.dir, 'HEAD:refs/heads/base'], { cwd: origin })
  const start = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: origin }).toString().trim()
  const place = { store, root: isolation.room, start, branch: 'agent/codex/bd-k3f9', agent: 'codex' }
  const worktree = undo.use(await openWorktree({ ...place, owner: isolation, fast: [] }))
  const desk = await openDesk(join(isolation.room, 'desk'), isolation)
  const kept = undo.move()
  return {
    isolation,
    worktree,
    desk,
    async agent(line, more) {
      const env = { PATH: host.path, HOME: desk.home, TMPDIR: desk.tmp }
      const options = { cwd: worktree.dir, env, maxOutput: 4_000_000, hold: isolation.hold('doors'), ...more }
      const result = await runShell(line, options)
      return { ...result, text: result.stdout.toString('utf8') + result.stderr.toString('utf8') }
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

/** On a machine that does not reach it the attack cannot be warded off: then that has to be said, and is asserted instead. */
export function reaches(attempt: Attempt, part: 'user' | 'processes' | 'network'): boolean {
  const { protection } = attempt.isolation
  if (protection[part]) return true
  console.warn(`this machine does not reach "${part}": ${protection.missing.join('; ')}`)
  if (protection.missing.length === 0) throw new Error(`"${part}" was not reached, and nobody said so`)
  return false
}
