import type { Effect } from '../effect.ts'
import type { Folding } from '../fold.ts'
import type { TaskState } from '../state.ts'

type Proposed = Extract<TaskState, { is: 'proposed' }>

/** Only when being behind is all that stands in its way: each update runs CI anew. */
export function update({ task }: Folding, { pull, verdicts }: Proposed): Effect[] {
  const closed = verdicts.all.filter(line => line.verdict.is !== 'pass')
  if (pull.current !== false || closed.some(line => line.gate !== 'fresh')) return []
  return [{ do: 'update', task: task.id, pull: pull.number, head: pull.head.sha }]
}

/**
 * One at a time: each landing puts all others behind again, so updating them together would run CI for nothing. While
 * one that is up to date has its CI running, or lands, the others wait.
 */
export function keepOneUpdate(effects: readonly Effect[], states: Iterable<TaskState>): readonly Effect[] {
  const first = effects.find(effect => effect.do === 'update')
  if (first === undefined) return effects
  const kept = [...states].some(isOnItsWay) ? null : first
  return effects.filter(effect => effect.do !== 'update' || effect === kept)
}

function isOnItsWay(state: TaskState): boolean {
  if (state.is !== 'proposed' || state.pull.current !== true) return false
  const { blocking } = state.verdicts
  if (blocking === null) return true
  return blocking.gate === 'checks' && state.pull.checks.some(check => check.status !== 'completed')
}
