import type { TaskRecord } from '../ledger.ts'
import { inForce } from '../rebase/force.ts'
import type { TaskFacts } from '../world.ts'

/**
 * After this attempt they count: what one that was given up says may be what nobody wanted, and what was made of those before
 * a rebase is part of the task.
 */
export function lastForgotten(record: TaskRecord): number {
  return Math.max(record.countFrom, record.voidThrough, inForce(record)?.attempt ?? 0)
}

/** Notes of the newest attempt that left some, for the next one at this task and for no other; null where there are none. */
export function findScratchpad({ reports }: Pick<TaskFacts, 'reports'>, record: TaskRecord): string | null {
  const since = lastForgotten(record)
  const left = [...reports].flatMap(([number, { report }]) =>
    number > since && report.ok && report.value.scratchpad ? [report.value.scratchpad] : [],
  )
  return left.at(-1) ?? null
}
