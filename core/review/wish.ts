import { newestClaim, showsPlan } from '../attempt/attempt.ts'
import type { TaskRecord } from '../ledger.ts'
import { NOTHING_TO_REVIEW, PLANS_ARE_FOR_PEOPLE } from '../words/review.ts'
import type { CommentFact, PullFacts, TaskFacts } from '../world.ts'

/** `/chorus review`: a person wants an agent's opinion of what lies there now, once, and of people's own commits too. */

/** Why there is nothing that an agent could review; null when there is. */
export function explainReview(task: TaskFacts): string | null {
  if (task.pull?.state !== 'open') return NOTHING_TO_REVIEW
  return showsPlan(task) ? PLANS_ARE_FOR_PEOPLE : null
}

/** What was said of it before does not count as the answer. */
export function askReview(
  { settledReviews, opinion }: TaskRecord,
  { by, at }: CommentFact,
  { pull, reviews }: TaskFacts,
): Partial<TaskRecord> {
  if (pull === null) return {}
  const after = Math.max(settledReviews, opinion?.review ?? 0, newestClaim(reviews)?.attempt ?? 0)
  return { reviewWish: { by: { id: by.id, login: by.login }, at, head: pull.head.sha, after } }
}

/** It is of that commit, with our own merges of the base on top. */
export function wishFor(
  { reviewWish }: Pick<TaskRecord, 'reviewWish'>,
  { layers }: PullFacts,
): TaskRecord['reviewWish'] {
  return reviewWish !== null && layers.includes(reviewWish.head) ? reviewWish : null
}
