import { newestClaim, shownClaim } from '../attempt/attempt.ts'
import { BACKLOG_FILE, SPECS } from '../names.ts'
import type { Sha, TaskFacts } from '../world.ts'

/** Where a plan is to be read: at a commit, or as the default branch has it now. */
export type PlanPlace = { path: string; feature: string; at: Sha | 'default branch' }

/**
 * Once merged people edit it on the default branch; before that it is what its pull request shows, or the attempt. The
 * folder is the one that the claim names, under our seal: any other file of the same issue is nobody's approved plan.
 */
export function placePlan(task: Pick<TaskFacts, 'issue' | 'claims' | 'attempts' | 'pull'>): PlanPlace | null {
  const { issue, claims, attempts, pull } = task
  if (issue.state === 'closed') return null
  const merged = pull?.state === 'merged'
  const claim = merged ? shownClaim(task) : newestClaim({ claims })
  const feature = claim?.sealed && claim.ticket.ok ? claim.ticket.value.planning?.feature : undefined
  if (claim == null || feature === undefined) return null
  const path = `${SPECS}${feature}/${BACKLOG_FILE}`
  if (merged) return { path, feature, at: 'default branch' }
  const shown = pull?.state === 'open' ? pull.head.sha : null
  // A newer attempt than the one that is shown comes next.
  const at = shownClaim(task) === claim ? shown : null
  const commit = at ?? attempts.get(claim.attempt) ?? shown
  return commit === null ? null : { path, feature, at: commit }
}
