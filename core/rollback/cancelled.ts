import type { TaskRecord } from '../ledger.ts'
import type { Projection } from '../project.ts'
import type { TaskFacts, World } from '../world.ts'
import { stateOfRevert } from './reverted.ts'
import type { Rollback } from './rollback.ts'

/** Another controller may land a pull request of it in the very moment in which somebody ends it; or one has landed, and a task that is stopped hears of it later. */
export function isUnsettled(rollback: TaskRecord['rollback'], tasks: readonly TaskFacts[]): boolean {
  return rollback !== null && rollback.confirmed !== null && hasRevert(rollback, tasks)
}

/** It is forgotten once nothing of it can land any more, and what did is known to be gone. */
export function forgetCancelled(projection: Projection, { tasks }: Pick<World, 'tasks'>): Projection {
  const { record } = projection
  if (record.cancelled === null || hasRevert(record.cancelled, tasks)) return projection
  return { ...projection, changed: true, record: { ...record, cancelled: null } }
}

function hasRevert({ pulls }: Rollback, tasks: readonly TaskFacts[]): boolean {
  return tasks.some(({ issue, revert }) => {
    const state = stateOfRevert(revert)
    return (state === 'open' || state === 'merged') && pulls.some(one => one.issue === issue.number)
  })
}
