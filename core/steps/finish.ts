import { newestClaim } from '../attempt/attempt.ts'
import type { Effect } from '../effect.ts'
import type { Folding } from '../fold.ts'
import type { TaskRecord } from '../ledger.ts'
import type { TaskState } from '../state.ts'
import type { TaskFacts } from '../world.ts'

type Landed = Extract<TaskState, { is: 'merged' | 'planned' }>

/** After the landing: the issue closes (by keyword on GitHub's side; here when that did not happen) and its branches go, as far as nobody else's commits are on them. */
export function finish({ task, world, record }: Folding, state: Landed): Effect[] {
  const effects: Effect[] = []
  // What was only planned goes on: its issue is the parent of the tasks.
  // Landed on the way to the default branch: its issue closes with what brings it there, by GitHub where the message says so.
  const { integration } = world
  const isOnWay = integration !== null && state.pull.base.branch === integration.branch
  const isThere = !isOnWay || (integration.arrived.includes(state.sha) && !isUndone(record, state))
  if (state.is === 'merged' && isThere && task.issue.state === 'open' && !isOpenAgain(task))
    effects.push({ do: 'close', task: task.id, issue: task.issue.number })
  const ours = [state.pull.head.sha, ...task.attempts.values()]
  for (const [branch, sha] of task.branches)
    if (ours.includes(sha))
      effects.push({ do: 'drop-branch', task: task.id, branch, sha, into: state.pull.base.branch })
  return effects
}

/** What was taken back on the way comes there, too, with what took it back. */
function isUndone({ undone }: TaskRecord, { pull }: Landed): boolean {
  return undone?.pull === pull.number
}

/** Whoever opens it again after the landing means it: closing it at every look would be a quarrel. */
export function isOpenAgain(task: TaskFacts): boolean {
  const since = newestClaim(task)?.at ?? 0
  return task.issue.timeline.some(fact => fact.is === 'reopened' && fact.at > since)
}
