import { printTakeoverRef, whenListed } from '../../core/attempt/dispatching.ts'
import {
  parseRunTitle,
  parseTaskId,
  printAttemptRef,
  printClaimRef,
  printReportRef,
  type TaskId,
} from '../../core/names.ts'
import type { Orphan } from '../../core/steps/orphans.ts'
import type { Forge } from '../forge.ts'
import type { RunWire } from '../wire.ts'
import { isOurs } from './actor.ts'
import { readClaims } from './claims.ts'
import type { Found } from './find.ts'
import type { Refs, TaskRefs } from './refs.ts'
import { readRunPage } from './runs.ts'

/** A run is listed a little after its dispatch: for so long after its issue was missed one may still show up. Milliseconds. */
const UNLISTED = 60_000

/**
 * Tasks whose refs are there and whose issue is not. Their runs are asked for until none is under way any more; while it is not sure
 * that the issue is gone, they have a place all the same.
 *
 * @param found tasks whose issues are there
 */
export async function readOrphans(forge: Forge, refs: Refs, found: Pick<Found, 'has'>): Promise<Orphan[]> {
  const gone = [...refs.tasks].filter(([task, { claims }]) => claims.size > 0 && isGone(forge, task, found))
  const sought = new Map(gone.filter(([task]) => mayHaveRuns(forge, task)))
  const [runs, claims] = await Promise.all([listAtWork(forge, sought.size), readClaims(forge, sought)])
  return gone.map(([task, left]) => {
    const own = sought.has(task) ? runs.filter(run => parseRunTitle(run.display_title)?.task === task) : []
    const sure = isSure(forge, task)
    if (sure && sought.has(task)) noteOver(forge, task, own)
    return {
      task,
      refs: listRefs(task, left),
      sure,
      runs: own.map(({ id }) => ({ id, cancelAsked: askedAt(forge, id) })),
      until: Math.max(0, ...(claims.get(task) ?? []).map(whenListed)),
    }
  })
}

async function listAtWork(forge: Forge, sought: number): Promise<RunWire[]> {
  if (sought === 0) return []
  return (await readRunPage(forge, 1)).runs.filter(run => isAtWork(forge, run))
}

function isGone({ memory }: Forge, task: TaskId, found: Pick<Found, 'has'>): boolean {
  const number = parseTaskId(task)!
  if (memory.noIssues.get(number) === undefined) return false
  if (!found.has(task)) return true
  // It is back, or was there all the time.
  memory.noIssues.delete(number)
  memory.orphaned.delete(task)
  return false
}

function mayHaveRuns(forge: Forge, task: TaskId): boolean {
  const { memory, now } = forge
  if (isSure(forge, task) && memory.orphaned.get(task) === undefined) {
    memory.orphaned.set(task, { since: now() })
  }
  return memory.orphaned.get(task)?.over !== true
}

/** GitHub may just not find an issue in this moment, and what runs for it is not to end by that. */
function isSure({ memory }: Forge, task: TaskId): boolean {
  return memory.noIssues.get(parseTaskId(task)!)?.sure === true
}

function isAtWork(forge: Forge, run: RunWire): boolean {
  return run.status !== 'completed' && (run.run_attempt ?? 1) === 1 && isOurs(forge, run.actor)
}

function noteOver({ memory, now }: Forge, task: TaskId, runs: readonly RunWire[]): void {
  const known = memory.orphaned.get(task)!
  if (runs.length === 0 && now() - known.since > UNLISTED) memory.orphaned.set(task, { ...known, over: true })
}

function askedAt({ memory }: Forge, run: number): number | null {
  return memory.cancelled.get(run) ?? null
}

function listRefs(
  task: TaskId,
  { claims, attempts, reports, takeovers, losers, reviews }: TaskRefs,
): string[] {
  const each = (
    of: ReadonlyMap<number, string>,
    print: (name: { kind: 'work' | 'review'; task: TaskId; attempt: number }) => string,
    kind: 'work' | 'review' = 'work',
  ) => [...of.keys()].map(attempt => print({ kind, task, attempt }))
  return [
    ...each(claims, printClaimRef),
    ...each(attempts, printAttemptRef),
    ...each(reports, printReportRef),
    ...each(takeovers, printTakeoverRef),
    ...losers.keys(),
    ...each(reviews.claims, printClaimRef, 'review'),
    ...each(reviews.reports, printReportRef, 'review'),
    ...each(reviews.takeovers, printTakeoverRef, 'review'),
  ]
}
