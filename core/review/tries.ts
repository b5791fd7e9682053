import type { Sha, TaskFacts } from '../world.ts'

const NO_ATTEMPTS: ReadonlyMap<number, Sha> = new Map()

/**
 * The reviews of a task as if they were its attempts: what a claim, a run, a receipt and a report have to be is the same for
 * both. They bring no commits, and what the task's record says of its attempts says nothing of them.
 */
export function reviewsOf(task: TaskFacts): TaskFacts {
  return { ...task, ...task.reviews, attempts: NO_ATTEMPTS, record: null }
}
