import { kindOf, newestClaim } from '../attempt/attempt.ts'
import { printTakeoverRef, whenUsedUp } from '../attempt/dispatching.ts'
import type { Effect } from '../effect.ts'
import type { TaskRecord } from '../ledger.ts'
import { printAttemptRef, printClaimRef, printReportRef } from '../names.ts'
import type { Instant, Sha, TaskFacts } from '../world.ts'

/** How long what was tried stays reachable after its issue was closed. Milliseconds. */
const KEPT = 7 * 86_400_000

/** When the refs of a task go; null while its issue is open, and when they are gone. */
export function whenToForget({ issue, claims, attempts, reports, losers }: TaskFacts): Instant | null {
  const refs = claims.length + attempts.size + reports.size + losers.size
  if (issue.closedAt === null || refs === 0) return null
  return issue.closedAt + KEPT
}

/** Was all of it deleted? Then what is missing tells nothing. */
export function isForgotten({ record, claims }: TaskFacts): boolean {
  return claims.length === 0 && (record?.voidThrough ?? 0) > 0
}

/** Closed since, and nobody can tell any more what became of it: opening it again asks for nothing by itself. */
export function isOutlived(task: TaskFacts, approval: { at: Instant }): boolean {
  return isForgotten(task) && task.issue.timeline.some(fact => fact.is === 'closed' && fact.at > approval.at)
}

/**
 * Numbers of attempts are never used twice: runs and branches bear them. So the highest is remembered before its claim goes.
 * Null when there is nothing to remember.
 */
export function rememberNumber(task: TaskFacts, record: TaskRecord, now: Instant): TaskRecord | null {
  const due = whenToForget(task)
  const highest = newestClaim(task)?.attempt ?? 0
  return due !== null && due <= now && highest > record.voidThrough
    ? { ...record, voidThrough: highest }
    : null
}

/** So many at once; with more, the highest claims are among the last. */
const AT_ONCE = 100

/** Who took a claim over is of no use once its issue is closed and the list of runs shows what came of it; null: nobody did. */
export function whenToClear(task: TaskFacts): Instant | null {
  const all = [...task.claims, ...task.reviews.claims].flatMap(({ takeover }) => takeover ?? [])
  return task.issue.closedAt === null || all.length === 0 ? null : Math.max(...all.map(whenUsedUp))
}

export function forget(task: TaskFacts, now: Instant): Effect[] {
  if (task.distrust !== null) return []
  const isDue = (at: Instant | null) => at !== null && at <= now
  const takeovers = isDue(whenToClear(task)) ? listTakeovers(task) : []
  const refs = isDue(whenToForget(task)) ? [...takeovers, ...listRefs(task)] : takeovers
  return refs.length === 0 ? [] : [{ do: 'drop-refs', task: task.id, refs: refs.slice(0, AT_ONCE) }]
}

type Ref = { name: string; sha: Sha }

function listTakeovers({ id: task, claims, reviews }: TaskFacts): Ref[] {
  return [...claims, ...reviews.claims].flatMap(claim => {
    const { attempt, takeover } = claim
    const name = { kind: kindOf(claim), task, attempt }
    return takeover === null ? [] : { name: printTakeoverRef(name), sha: takeover.sha }
  })
}

function listRefs(task: TaskFacts): Ref[] {
  const name = (attempt: number) => ({ task: task.id, attempt })
  return [
    ...[...task.losers].map(([name, sha]) => ({ name, sha })),
    ...[...task.reports].map(([attempt, { sha }]) => ({ name: printReportRef(name(attempt)), sha })),
    ...[...task.attempts].map(([attempt, sha]) => ({ name: printAttemptRef(name(attempt)), sha })),
    ...listReviews(task),
    ...task.claims.map(({ attempt, sha }) => ({ name: printClaimRef(name(attempt)), sha })),
  ]
}

function listReviews({ id: task, reviews }: TaskFacts): Ref[] {
  const name = (attempt: number) => ({ kind: 'review' as const, task, attempt })
  return [
    ...[...reviews.reports].map(([attempt, { sha }]) => ({ name: printReportRef(name(attempt)), sha })),
    ...reviews.claims.map(({ attempt, sha }) => ({ name: printClaimRef(name(attempt)), sha })),
  ]
}
