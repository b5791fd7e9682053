import type { Effect } from '../core/effect.ts'
import type { TaskFacts, World } from '../core/world.ts'
import { NOON } from './make.ts'

/** The world after the gates and labels of a plan were set; tasks without any stay the same object. */
export function settle(world: World, effects: readonly Effect[]): World {
  const tasks = world.tasks.map(task =>
    effects.filter(effect => 'task' in effect && effect.task === task.id).reduce(apply, task),
  )
  return { ...world, tasks }
}

function apply(task: TaskFacts, effect: Effect): TaskFacts {
  const { issue, pull } = task
  if (effect.do === 'label') {
    const labels = [...issue.labels.filter(label => !effect.remove.includes(label)), ...effect.add]
    return { ...task, issue: { ...issue, labels } }
  }
  if (effect.do !== 'gate' || pull === null) return task
  const { conclusion, title, key } = effect
  const status = conclusion === null ? 'in_progress' : 'completed'
  return { ...task, pull: { ...pull, gate: { id: 1, at: NOON, status, conclusion, title, key } } }
}
