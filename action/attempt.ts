import { join } from 'node:path'
import { printBranch } from '../core/names.ts'
import type { Outcome, Report } from '../core/report.ts'
import { printProtection } from '../core/words/protection.ts'
import * as words from '../core/words/runner.ts'
import { type Baseline, type Bench, countWarnings, readTail } from './checks.ts'
import { type Context, writeContext } from './context.ts'
import { type Desk, openDesk } from './desk.ts'
import { type Harvest, readHarvest, readSubjects } from './harvest.ts'
import { findHints } from './hints.ts'
import { type LoopEnd, type Round, runLoop } from './loop.ts'
import { runShell } from './process.ts'
import { listUntracked } from './snapshot.ts'
import { openWorkplace, protectionOf, type WorkplacePlan } from './workplace.ts'
import { openWorktree, type Worktree } from './worktree.ts'

export type AttemptPlan = WorkplacePlan & {
  start: string
  group: Round['group']
  say: Round['say']
}

export type AttemptEnd = LoopEnd & {
  context: Context
  harvest: Harvest
  subjects: readonly string[]
  protection: string
  /** What others used for the same attempt. */
  besides?: readonly Report['usage'][]
}

const NOTHING: Omit<LoopEnd, 'outcome' | 'summary'> = {
  snapshot: { is: 'unchanged' },
  checks: [],
  rounds: 0,
  word: null,
  failure: null,
  account: null,
  seconds: 0,
  promptBytes: 0,
}

/**
 * One attempt from worktree to snapshot. `use` is given the result while the files still exist; afterwards everything
 * that the attempt made on this machine is gone.
 */
export async function runAttempt<T>(plan: AttemptPlan, use: (end: AttemptEnd) => Promise<T>): Promise<T> {
  const { ticket } = plan
  const { isolation } = plan
  // It never fails, so it may be left alone where the worktree does.
  const looking = findHints(plan.store.git, plan.start, ticket)
  await using worktree = await openWorktree({
    store: plan.store,
    root: isolation.room,
    owner: isolation,
    start: plan.start,
    branch: printBranch({ agent: ticket.agent.name, task: ticket.task }),
    agent: ticket.agent.name,
    fast: ticket.checks.filter(check => check.fast).map(check => check.run),
  })
  const context = writeContext(ticket, await looking)
  const desk = await openDesk(join(isolation.room, 'desk'), isolation)
  const end = await work(plan, { worktree, desk, context })
  const [harvest, subjects] = await Promise.all([readHarvest(desk.out), readSubjects(worktree.dir)])
  const protection = printProtection(protectionOf(plan))
  return await use({ ...end, context, harvest, subjects, protection })
}

async function work(
  plan: AttemptPlan,
  place: { worktree: Worktree; desk: Desk; context: Context },
): Promise<LoopEnd> {
  const { ticket } = plan
  const workplace = await openWorkplace(plan, { cwd: place.worktree.dir, desk: place.desk })
  if ('outcome' in workplace) return { ...NOTHING, ...workplace }
  await using _ = workplace
  const { seat, bench } = workplace
  const failed = await prepare(plan, bench)
  if (failed !== null) return failed
  const baseline = await countBefore(plan, bench)
  const ran = ticket.setup.length + baseline.size > 0
  const litter = ran ? await listUntracked(place.worktree) : new Set<string>()
  return await runLoop({ ticket, seat, ...place, bench, baseline, group: plan.group, say: plan.say }, litter)
}

async function countBefore({ ticket, group }: AttemptPlan, bench: Bench): Promise<Baseline> {
  const counted = ticket.checks.filter(check => check.warnings !== undefined)
  if (counted.length === 0) return new Map()
  return await group(words.WARNINGS_GROUP, onLine => countWarnings(counted, { ...bench, onLine }))
}

/** The configured setup commands, in order; the first that fails ends the attempt. */
async function prepare(plan: AttemptPlan, bench: Bench): Promise<LoopEnd | null> {
  for (const command of plan.ticket.setup) {
    const result = await plan.group(`Setup: ${command}`, onLine =>
      runShell(command, {
        cwd: bench.cwd,
        env: bench.env,
        hold: plan.isolation.hold('open'),
        signal: bench.signal,
        timeoutMs: Math.max(1, bench.left()),
        maxOutput: 64 * 1024,
        onLine,
      }),
    )
    if (result.end.is === 'exited' && result.end.code === 0) continue
    const how = result.end.is === 'exited' ? `exit ${result.end.code}` : result.end.is
    const last = readTail(result).split('\n').at(-1) ?? ''
    return stop(
      'setup-failed',
      words.setupFailed(command, last === '' ? how : `${how}: ${last.slice(0, 200)}`),
    )
  }
  return null
}

function stop(outcome: Outcome, summary: string): LoopEnd {
  return { ...NOTHING, outcome, summary }
}
