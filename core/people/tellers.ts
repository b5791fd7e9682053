import { beganAt } from '../attempt/attempt.ts'
import type { TaskRecord } from '../ledger.ts'
import { atLeast, type Standing, type TaskFacts } from '../world.ts'

type Told = { task: TaskFacts; record: TaskRecord; standing(actor: { id: number }): Standing }

/**
 * Whose words an attempt followed beside the approved text (a `/chorus revise`, an answer) without being able to push them.
 * An attempt that was given up is forgotten only by one that starts afresh: to go on from its head is to keep them.
 */
export function tellersWithoutWrite(
  { task, record, standing }: Told,
  attempt: number,
): { id: number; login: string }[] {
  const before = Math.min(record.voidThrough, beganAt(task, attempt) - 1)
  const followed = record.revisions.filter(one => one.told && before < one.attempt && one.attempt <= attempt)
  const tellers = followed.flatMap(({ by }) => (by !== null && !atLeast(standing(by), 'write') ? by : []))
  return tellers.filter((by, i) => tellers.findIndex(other => other.id === by.id) === i)
}
