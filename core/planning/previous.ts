import { genuineRuns, isPlan, newestClaim, shownClaim } from '../attempt/attempt.ts'
import type { Ticket } from '../contract/ticket.ts'
import type { TaskRecord } from '../ledger.ts'
import type { AppFacts, ClaimFacts, RepoFacts, Sha, TaskFacts } from '../world.ts'
import { DOCUMENTS, PLANNERS, type Planner } from './document.ts'

export type Previous = NonNullable<NonNullable<Ticket['planning']>['previous']>

type Asked = {
  task: TaskFacts
  record: TaskRecord
  repo: RepoFacts
  app: AppFacts
  /** The ticket so far. */
  continues: Sha | null
  feedback: string
  approved: string
}

/**
 * What a plan goes on from: the one that its pull request shows, as people have edited it; the one of another feature that is
 * to be run again; or what an attempt before it came to that brought no plan. A planner writes anew only where it has to: the
 * request was changed, its document is named in what was said, or the repository is no longer the one that it read.
 */
export function findPrevious(asked: Asked): Previous | null {
  const { task, record, repo, continues, feedback, approved } = asked
  const named = namedIn(feedback)
  const shown = shownClaim(task)
  if (continues !== null) {
    const feature = isPlan(shown) ? featureIn(shown) : null
    if (shown === null || feature === null) return null
    const again = isOf(shown, approved) ? named : [...PLANNERS]
    return { feature, at: continues, made: task.attempts.get(shown.attempt) ?? null, again }
  }
  const from = record.approval?.from ?? null
  if (from === null) return findCutOff(asked, named)
  const again = PLANNERS.filter(planner => planner !== 'spec' || named.includes(planner))
  return { feature: from, at: repo.head, made: null, again }
}

/** Documents that planners had written when the attempt failed, as its run vouches for them. */
function findCutOff({ task, record, repo, app, approved }: Asked, again: Planner[]): Previous | null {
  const claim = newestClaim(task)
  const feature = isPlan(claim) ? featureIn(claim) : null
  const from = Math.max(record.countFrom, record.voidThrough)
  if (claim === null || feature === null || claim.attempt <= from || !isOf(claim, approved)) return null
  const report = task.reports.get(claim.attempt)?.report
  const head = task.attempts.get(claim.attempt)
  if (!report?.ok || report.value.outcome === 'done' || head === undefined) return null
  const runs = genuineRuns(task, claim.attempt, { app, defaultBranch: repo.defaultBranch })
  if (!runs.some(({ receipt }) => receipt?.attempt === head)) return null
  return { feature, at: head, made: null, again }
}

function featureIn(claim: ClaimFacts | null): string | null {
  return claim?.ticket.ok ? (claim.ticket.value.planning?.feature ?? null) : null
}

function isOf({ ticket }: ClaimFacts, approved: string): boolean {
  return ticket.ok && ticket.value.spec.approved === approved
}

function namedIn(feedback: string): Planner[] {
  return PLANNERS.filter(planner => feedback.includes(DOCUMENTS[planner].file))
}
