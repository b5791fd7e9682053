import { contendersOf, type Entry as Judged } from '../../core/agents/race.ts'
import type { Ticket } from '../../core/contract/ticket.ts'
import { contenderBroke, NO_OWN_USER } from '../../core/words/race.ts'
import { refusedHandover } from '../../core/words/runner.ts'
import { UNKNOWN_USAGE } from '../agents/agent.ts'
import { type AttemptEnd, type AttemptPlan, emptyEnd, runAttempt } from '../attempt.ts'
import { type Entry, makeEntry } from '../entry.ts'
import { FLOOR, freeBytes } from '../isolation/disk.ts'
import type { Isolation } from '../isolation/isolation.ts'
import { LIMITS, type Limits } from '../isolation/launch.ts'
import { judgeTree } from '../judge.ts'
import type { Seat } from '../seat.ts'
import { measureChange } from './size.ts'

export type Runner = AttemptPlan & {
  at: Date
  /** Another isolation of the job's kind. */
  isolate(limits: Partial<Limits>): Promise<Isolation>
}

/** What a contender came to, and how that compares with the others. */
export type Finished = { entry: Entry; judged: Judged }

/**
 * The ticket as each contender has it: alone, with its share of the time where they cannot all work at once. So that a race
 * takes no longer than an attempt may.
 */
export function ticketsOf(ticket: Ticket, sideBySide: number): Ticket[] {
  const { race: _, ...alone } = ticket
  const contenders = contendersOf(ticket)
  const turns = Math.ceil(contenders.length / sideBySide)
  const minutes = Math.floor((ticket.limits.minutes / turns) * 100) / 100
  const limits = { ...ticket.limits, minutes }
  return contenders.map(agent => ({ ...alone, agent, limits }))
}

/** Of what the machine has; of its disk what is `free` (bytes), else one could use up what another was promised. */
export function shareLimits(sideBySide: number, free: number): Partial<Limits> {
  const { memory, processes, disk } = LIMITS
  const share = (all: number) => Math.floor(all / sideBySide)
  return {
    memory: share(memory),
    processes: share(processes),
    disk: share(Math.max(FLOOR, Math.min(disk, free - FLOOR))),
  }
}

/**
 * One contender from worktree to commit, with a user, a home, files, limits and a gateway of its own; all of that is gone
 * afterwards, whatever became of it. What was fetched it shares with the others, and can only read.
 */
export async function runContender(runner: Runner, ticket: Ticket, sideBySide: number): Promise<Finished> {
  const free = freeBytes(runner.isolation.dir)
  await using isolation = await runner.isolate(shareLimits(sideBySide, free))
  // The job's own isolation had a user: this one must not work beside the others as somebody who may read theirs.
  if (sideBySide > 1 && isolation.uid === null) throw new Error(NO_OWN_USER)
  const store = { ...runner.store, objects: await isolation.lend(runner.store.objects) }
  return await runAttempt({ ...runner, ticket, isolation, store }, end => finish({ ...runner, ticket }, end))
}

/** Judged at once as deliver will judge it: what that would refuse wins nothing. */
async function finish(runner: Runner, end: AttemptEnd): Promise<Finished> {
  const { ticket, start } = runner
  const entry = await makeEntry(runner, end)
  const red = end.checks.filter(({ result }) => result !== 'passed').length
  if (entry.made === null || end.snapshot.is !== 'changed') {
    return { entry, judged: { outcome: end.outcome, red, size: null } }
  }
  const { git, tree } = end.snapshot
  const { changes, head } = entry.made
  const refusals = await judgeTree(git, { start, parents: [start], tree, changes }, ticket)
  if (refusals.length > 0) {
    const refused = { ...end, outcome: 'refused' as const, summary: refusedHandover(refusals) }
    return { entry: { ...entry, end: refused, made: null }, judged: { outcome: 'refused', red, size: null } }
  }
  const size = await measureChange(git, { start, head }, changes)
  return { entry, judged: { outcome: end.outcome, red, size } }
}

const NO_WORD = { message: '', failure: null, session: null }

/** What is left of one that we could not run to its end: what it used at its place, if it came to have one. */
export function breakDown(
  runner: Runner,
  { ticket, seat }: { ticket: Ticket; seat: Seat | undefined },
  error: unknown,
): Finished {
  const why = error instanceof Error ? error.message : String(error)
  const summary = contenderBroke(ticket.agent.name, why.split('\n')[0]?.slice(0, 300) ?? '')
  const account = seat?.account() ?? null
  const word = account === null ? null : { ...NO_WORD, usage: UNKNOWN_USAGE }
  const end = { ...emptyEnd(runner), summary, account, word }
  return {
    entry: { ticket, end, subjects: [], made: null },
    judged: { outcome: 'agent-failed', red: 0, size: null },
  }
}
