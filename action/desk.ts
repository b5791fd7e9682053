import { chmod, mkdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Ticket } from '../core/contract/ticket.ts'
import type { Owner } from './worktree.ts'

/** An agent's own places beside its worktree: gone with the attempt. */
export type Desk = { home: string; tmp: string; out: string; promptFile: string }

/** The folder itself stays ours, so that nothing in it can be put in the place of something else. */
export async function openDesk(root: string, owner?: Owner & { tmp: string }): Promise<Desk> {
  const desk = {
    home: join(root, 'home'),
    tmp: owner?.tmp ?? join(root, 'tmp'),
    out: join(root, 'out'),
    promptFile: join(root, 'prompt.md'),
  }
  await mkdir(root, { recursive: true })
  await chmod(root, 0o755)
  for (const dir of [desk.home, desk.tmp, desk.out]) {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    await owner?.give(dir)
  }
  return desk
}

/**
 * All that setup, agents and checks see of the environment: a list of what is allowed. No token, no path of a file that
 * the runner reads, nothing of GITHUB_, RUNNER_ or ACTIONS_.
 */
export function writeEnvironment(desk: Desk, more: { path: string; ticket: Ticket }): Record<string, string> {
  return {
    ...writePlainEnvironment(desk, more.path),
    CHORUS_TASK: more.ticket.task,
    CHORUS_AGENT: more.ticket.agent.name,
    CHORUS_ATTEMPT: String(more.ticket.attempt),
    CHORUS_OUT: desk.out,
  }
}

/** The same where nobody works at a task. */
export function writePlainEnvironment(
  desk: Pick<Desk, 'home' | 'tmp'>,
  path: string,
): Record<string, string> {
  return {
    PATH: path === '' ? ['/usr/local/bin', '/usr/bin', '/bin'].join(delimiter) : path,
    LANG: 'C.UTF-8',
    HOME: desk.home,
    TMPDIR: desk.tmp,
    CI: 'true',
  }
}
