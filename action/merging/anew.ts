import { join } from 'node:path'
import type { Config } from '../../core/config/config.ts'
import type { CheckRecord } from '../../core/contract/report.ts'
import type { Check } from '../../core/contract/ticket.ts'
import * as words from '../../core/words/judge.ts'
import type { Protection } from '../../core/words/protection.ts'
import { type Bench, runOnce } from '../checks.ts'
import { openDesk, writePlainEnvironment } from '../desk.ts'
import type { MergeInputs } from '../inputs.ts'
import { isolateJob } from '../job.ts'
import { prepare } from '../setup.ts'
import type { Store } from '../store.ts'
import { openWorktree } from '../worktree.ts'

/** What to judge by. */
export type Brief = Pick<Config, 'setup' | 'checks' | 'isolation' | 'limits' | 'merge'>

export type Given = { inputs: MergeInputs; store: Store; brief: Brief; signal: AbortSignal }
type Pace = Pick<Bench, 'left' | 'onLine'>

/**
 * One check on a fresh copy of the commit, prepared anew, in a place of its own: what an earlier one left behind, a file or a
 * process, is gone. A test can spoil its own result, and nobody else's.
 */
export async function runAnew(check: Check, given: Given, pace: Pace): Promise<CheckRecord> {
  const { inputs, store, brief, signal } = given
  await using isolation = await isolateJob(inputs, {})
  keepApart(isolation.protection, brief)
  await using worktree = await openWorktree({
    // Lent to those inside: from where it lies they cannot read.
    store: { ...store, objects: await isolation.lend(store.objects) },
    root: isolation.room,
    owner: isolation,
    start: inputs.claim,
    branch: 'chorus-merge',
    agent: 'chorus-merge',
    fast: [],
  })
  const desk = await openDesk(join(isolation.room, 'desk'), isolation)
  const closed = brief.isolation.network === 'gateway'
  const bench: Bench = {
    cwd: worktree.dir,
    env: writePlainEnvironment(desk, inputs.host.path),
    hold: isolation.hold(closed ? 'doors' : 'open'),
    lend: isolation.lend,
    signal,
    ...pace,
  }
  const plan = { ticket: brief, isolation, group: <T>(_: string, work: Quoted<T>) => work(pace.onLine) }
  const failed = await prepare(plan, bench)
  if (failed === null) return await runOnce(check, bench, new Map())
  return { name: check.name, result: 'failed', exit: null, seconds: 0, tail: failed.summary }
}

type Quoted<T> = (onLine: (line: string) => void) => Promise<T>

/**
 * As our own user it could write to the files from which the runner reads how we ended; and a check that has the network though it
 * should not is another check. Throws where this machine allows either.
 */
export function keepApart(
  { user, network, missing }: Protection,
  { isolation }: Pick<Brief, 'isolation'>,
): void {
  if (!user) throw new Error(words.notApart(missing))
  if (isolation.network === 'gateway' && !network) throw new Error(words.networkOpen(missing))
}
