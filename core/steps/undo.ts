import { type Effect, NOTHING } from '../effect.ts'
import type { Folding } from '../fold.ts'
import { printRevertBranch } from '../names.ts'
import { isToReopen } from '../rollback/rollback.ts'
import type { TaskState } from '../state.ts'
import { writeRevert, writeRevertMerge } from '../words/rollback.ts'
import { judgeRevert } from './gate.ts'

type Undoing = Extract<TaskState, { is: 'undoing' }>

/** A landing on its way back: the pull request that does it is made, held to the gates, and lands. */
export function takeBack(facts: Folding, { pull, sha, order, revert }: Undoing): Effect[] {
  if (revert === 'none') return []
  const { task, world } = facts
  const found = order.by.id === world.app.botId
  const taken = { ...order, pull, sha, issue: task.issue.number, found }
  if (revert !== 'missing')
    return judgeRevert(facts, { ...revert, words: () => writeRevertMerge(taken, revert.pull) })
  const landed = { pull: pull.number, sha, head: pull.head.sha }
  const branch = printRevertBranch(pull.number)
  const into = world.repo.target.branch
  return [{ do: 'revert', task: task.id, landed, branch, into, ...writeRevert(world.repo, taken) }]
}

/** What was taken back is to be done again, and until then those that build on it wait. */
export function reopen({ task, record }: Folding): readonly Effect[] {
  if (record.undone === null || !isToReopen({ issue: task.issue, record })) return NOTHING
  return [{ do: 'reopen', task: task.id, issue: task.issue.number }]
}
