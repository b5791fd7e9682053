import type { Sha, TaskFacts } from '../world.ts'

const NO_ATTEMPTS: ReadonlyMap<number, Sha> = new Map()

/**
 * The reviews of a task as if they were its attempts: what a claim, a run, a receipt and a report have to be is the same for
 * both. They bring no commits, and what the task's record says of its attempts says nothing of them. A claim of somebody
 * else's takes up its number and nothing more: it ends no review that is under way.
 */
export function reviewsOf(task: TaskFacts): TaskFacts {
  const { reviews } = task
  const claims = reviews.claims.filter(claim => claim.sealed)
  return { ...task, ...reviews, claims, attempts: NO_ATTEMPTS, record: null }
}
