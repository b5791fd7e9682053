import type { Effect } from '../effect.ts'
import { isUnderWay } from '../gates/checks.ts'
import type { Verdicts } from '../gates/gate.ts'
import { asksUpToDate } from '../landing/landing.ts'
import type { TaskId } from '../names.ts'
import type { TaskState } from '../state.ts'
import type { Instant, PullFacts, World } from '../world.ts'

type Shown = { task: TaskId | null; pull: PullFacts; verdicts: Verdicts }

/** Only when being behind is all that stands in its way: each update runs CI anew. */
export function update({ task, pull, verdicts }: Shown): Effect[] {
  const closed = verdicts.all.filter(line => line.verdict.is !== 'pass')
  if (pull.current !== false || closed.some(line => line.gate !== 'fresh')) return []
  return [{ do: 'update', task, pull: pull.number, head: pull.head.sha }]
}

/**
 * One at a time: each landing puts all others behind again, so updating them together would run CI for nothing. While
 * one that is up to date has its CI running, or lands, the others wait.
 */
export function keepOneUpdate(
  effects: readonly Effect[],
  states: Iterable<TaskState>,
  now: Instant,
): readonly Effect[] {
  const first = effects.find(effect => effect.do === 'update')
  if (first === undefined) return effects
  const kept = [...states].some(state => isOnItsWay(state, now)) ? null : first
  return effects.filter(effect => effect.do !== 'update' || effect === kept)
}

/**
 * Where branches have to be up to date, the first landing puts the others behind: GitHub would refuse them, and their green
 * would blink. Whatever else was planned with such a landing waits with it.
 */
export function keepOneLanding(
  effects: readonly Effect[],
  world: Pick<World, 'rules' | 'config'>,
): readonly Effect[] {
  const { rules, config } = world
  if (!config.ok || !asksUpToDate({ rules, merge: config.value.merge })) return effects
  const [, ...late] = effects.filter(effect => effect.do === 'land')
  const tasks = late.flatMap(({ task }) => task ?? [])
  const isLate = (effect: Effect) => 'task' in effect && effect.task !== null && tasks.includes(effect.task)
  // What takes a landing back is nobody's attempt.
  return effects.filter(effect => !isLate(effect) && !(effect.do === 'land' && late.includes(effect)))
}

function isOnItsWay(state: TaskState, now: Instant): boolean {
  if (state.is !== 'proposed' || state.pull.current !== true) return false
  const { blocking } = state.verdicts
  if (blocking === null) return true
  return blocking.gate === 'checks' && isUnderWay(state.pull.checks, now, now)
}
