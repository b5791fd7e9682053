import { showsPlan } from './attempt/attempt.ts'
import type { Folding } from './fold.ts'
import { isToReopen } from './rollback/rollback.ts'
import { foldUndoing } from './rollback/undo.ts'
import type { TaskState } from './state.ts'
import { explainUndone } from './words/rollback.ts'
import { EXPLAIN_TORN } from './words/state.ts'
import type { TimelineFact } from './world.ts'

const TORN: TaskState = { is: 'waiting', on: 'host', ...EXPLAIN_TORN }
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

/**
 * An issue that is shown as open, though the last that its timeline tells is that it was closed: one of the two answers lags.
 * Its work may have landed in that very moment, and then its pull request may lag, too. Null where they agree.
 */
export function foldTorn({ task: { issue } }: Pick<Folding, 'task'>): TaskState | null {
  const last = issue.timeline.findLast(isTurn)
  return issue.state === 'open' && last?.is === 'closed' ? TORN : null
}

function isTurn({ is }: TimelineFact): boolean {
  return is === 'closed' || is === 'reopened'
}
