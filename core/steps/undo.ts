import { type Effect, type Landing, NOTHING } from '../effect.ts'
import type { Folding } from '../fold.ts'
import { printRevertBranch } from '../names.ts'
import { isToReopen } from '../rollback/rollback.ts'
import type { TaskState } from '../state.ts'
import { writeRevert, writeRevertMerge } from '../words/rollback.ts'
import type { PullFacts, Sha } from '../world.ts'
import { judgeRevert } from './gate.ts'

type Undoing = Extract<TaskState, { is: 'undoing' }>

/** A landing on its way back: the pull request that does it is made, held to the gates, and lands. */
export function takeBack(facts: Folding, { pull, sha, order, revert }: Undoing): Effect[] {
  if (revert === 'none') return []
  const { task, world } = facts
  const found = order.by.id === world.app.botId
  const others = found ? listAlong(facts) : []
  const taken = { ...order, pull, sha, issue: task.issue.number, found, others }
  if (revert !== 'missing')
    return judgeRevert(facts, { ...revert, words: () => writeRevertMerge(taken, revert.pull) })
  const landed = [{ pull, sha }, ...others].map(one => landingOf(one.pull, one.sha))
  const branch = printRevertBranch(pull.number)
  const into = world.repo.target.branch
  return [{ do: 'revert', task: task.id, landed, branch, into, ...writeRevert(world.repo, taken) }]
}

/** What goes with it, as long as it is there. */
function listAlong({ task, record, world }: Folding): { pull: PullFacts; sha: Sha }[] {
  const listed = (record.rollback?.pulls ?? []).map(one => one.issue)
  return world.tasks.flatMap(({ id, issue, pull }) => {
    const isAlong = id !== task.id && listed.includes(issue.number) && pull?.state === 'merged'
    return isAlong && pull.mergedSha !== null ? [{ pull, sha: pull.mergedSha }] : []
  })
}

export function landingOf({ number, head }: PullFacts, sha: Sha): Landing {
  return { pull: number, sha, head: head.sha }
}

/** What was taken back is to be done again, and until then those that build on it wait. */
export function reopen({ task, record }: Folding): readonly Effect[] {
  if (record.undone === null || !isToReopen({ issue: task.issue, record })) return NOTHING
  return [{ do: 'reopen', task: task.id, issue: task.issue.number }]
}
