import { genuineRuns, isPlan, newestClaim, shownClaim } from '../attempt/attempt.ts'
import type { Report } from '../contract/report.ts'
import type { Ticket } from '../contract/ticket.ts'
import type { TaskRecord } from '../ledger.ts'
import type { AppFacts, ClaimFacts, RepoFacts, Sha, TaskFacts } from '../world.ts'
import { DOCUMENTS, PLANNERS } from './document.ts'

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
 * request was changed, its document is named in what was said, was not enough to make a plan of, or the repository is no longer
 * the one that it read.
 */
export function findPrevious(asked: Asked): Previous | null {
  const { task, record, repo, continues, feedback, approved } = asked
  const lacks = findFailed(asked)?.report.lacks ?? []
  const named = PLANNERS.filter(
    planner =>
      feedback.includes(DOCUMENTS[planner].file) || lacks.some(({ planner: one }) => one === planner),
  )
  const missed = lacks.length === 0 ? {} : { lacks }
  const shown = shownClaim(task)
  if (continues !== null) {
    const feature = isPlan(shown) ? featureIn(shown) : null
    if (shown === null || feature === null) return null
    const again = isOf(shown, approved) ? named : [...PLANNERS]
    return { feature, at: continues, made: task.attempts.get(shown.attempt) ?? null, again, ...missed }
  }
  const from = record.approval?.from ?? null
  if (from === null) {
    const left = findCutOff(asked)
    return left === null ? null : { ...left, made: null, again: named, ...missed }
  }
  const again = PLANNERS.filter(planner => planner !== 'spec' || named.includes(planner))
  return { feature: from, at: repo.head, made: null, again, ...missed }
}

type Failed = { claim: ClaimFacts; report: Report }

/**
 * The last attempt at this very plan that told how it ended, when it brought none. That people gave it up and have it tried again
 * speaks of the attempt: what is wrong with a document they say by its name.
 */
function findFailed({ task, approved }: Asked): Failed | null {
  const told = task.claims.filter(({ attempt, sealed }) => sealed && task.reports.get(attempt)?.report.ok)
  const claim = newestClaim({ claims: told })
  if (claim === null || !isPlan(claim) || !isOf(claim, approved)) return null
  const report = task.reports.get(claim.attempt)?.report
  return report?.ok && report.value.outcome !== 'done' ? { claim, report: report.value } : null
}

/** Documents that planners had written when the attempt failed, as its run vouches for them. */
function findCutOff(asked: Asked): Pick<Previous, 'feature' | 'at'> | null {
  const { task, repo, app } = asked
  const claim = findFailed(asked)?.claim ?? null
  const feature = featureIn(claim)
  const head = claim === null ? undefined : task.attempts.get(claim.attempt)
  if (claim === null || feature === null || head === undefined) return null
  const runs = genuineRuns(task, claim.attempt, { app, defaultBranch: repo.defaultBranch })
  return runs.some(({ receipt }) => receipt?.attempt === head) ? { feature, at: head } : null
}

function featureIn(claim: ClaimFacts | null): string | null {
  return claim?.ticket.ok ? (claim.ticket.value.planning?.feature ?? null) : null
}

function isOf({ ticket }: ClaimFacts, approved: string): boolean {
  return ticket.ok && ticket.value.spec.approved === approved
}
