import { showsPlan } from './attempt/attempt.ts'
import type { Folding } from './fold.ts'
import { isToReopen } from './rollback/rollback.ts'
import { foldUndoing } from './rollback/undo.ts'
import type { TaskState } from './state.ts'
import { explainUndone } from './words/rollback.ts'

const CLOSED: TaskState = { is: 'dropped', why: 'the issue was closed' }

/** What a task is once it has landed or its issue is closed; null while neither is so. */
export function foldOver(facts: Folding): TaskState | null {
  const { task, record, above } = facts
  if (task.pull?.state === 'merged') {
    const landed = { pull: task.pull, sha: task.pull.mergedSha ?? task.pull.head.sha }
    if (above?.is === 'undoing') return foldUndoing(facts, landed, above)
    if (!showsPlan(task)) return { is: 'merged', ...landed }
    return task.issue.state === 'closed' ? CLOSED : { is: 'planned', ...landed }
  }
  if (task.issue.state === 'open') return null
  if (record.undone === null || !isToReopen({ issue: task.issue, record })) return CLOSED
  return { is: 'waiting', on: 'stopped', why: explainUndone(record.undone) }
}
