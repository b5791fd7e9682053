import { type BranchMove, judgeBranch } from '../attempt/branch.ts'
import type { Effect } from '../effect.ts'
import type { Folding } from '../fold.ts'
import type { TaskId } from '../names.ts'
import type { TaskState } from '../state.ts'
import { writePull } from '../words/pull.ts'
import type { Sha } from '../world.ts'

type Attempted = Extract<TaskState, { is: 'attempted' }>

/** Shows the attempt: its branch moves there, and a pull request stands on it. Every step finds its own earlier self. */
export function publish(facts: Folding, state: Attempted): Effect[] {
  const { task, record } = facts
  const claim = task.claims.find(one => one.attempt === state.attempt)
  if (claim === undefined || record.approval === null) return []
  const move = judgeBranch(task, claim, state.head)
  if (move === null || move.by === 'foreign') return []
  const shown = show(facts, state, move.branch)
  const moved = moveBranch(task.id, move, state.head)
  return [...(shown.do === 'open' ? moved.map(one => ({ ...one, opens: shown })) : moved), shown]
}

type Do<N> = Extract<Effect, { do: N }>

function moveBranch(task: TaskId, { branch, before, by }: BranchMove, after: Sha): Do<'publish'>[] {
  if (by !== 'fast-forward' && by !== 'force') return []
  return [{ do: 'publish', task, branch, before, after, move: by }]
}

function show(facts: Folding, state: Attempted, branch: string): Do<'open' | 'describe'> {
  const { task } = facts
  const text = writePull(facts, state)
  const open = task.pull?.state === 'open' && task.pull.head.branch === branch ? task.pull : null
  if (open === null) {
    return {
      do: 'open',
      task: task.id,
      head: branch,
      sha: state.head,
      base: facts.world.repo.target.branch,
      ...text,
    }
  }
  return { do: 'describe', task: task.id, pull: open.number, ...text }
}
