import type { Effect } from '../effect.ts'
import type { TaskId } from '../names.ts'
import { sharePlaces } from '../schedule/late.ts'
import type { Left } from '../schedule/left.ts'
import type { TaskState } from '../state.ts'
import type { World } from '../world.ts'

/** `left`: what nobody waits for any more. */
export type Present = { states: readonly TaskState[]; left: Left }

/**
 * Runners are shared: agents, the merge job, and what is being cancelled all take a place. Who was claimed comes first; then what is
 * judged, combinations before the rest, as several wait for each; then who would begin, also where what lands was not counted on.
 */
export function keepPlaces(effects: readonly Effect[], world: World, present: Present): readonly Effect[] {
  if (!world.config.ok) return effects
  const { states, left } = present
  const most = world.config.value.limits.parallel
  const { claimed, free, late } = sharePlaces(states, { world, left, most })
  const room = Math.max(0, free - claimed.length)
  const judged = effects
    .filter(effect => effect.do === 'judge')
    .toSorted((a, b) => Number(a.task !== null) - Number(b.task !== null))
    .slice(0, room)
  const begin = effects.flatMap(effect => (effect.do === 'claim' ? effect.task : []))
  const later = new Set(begin.slice(room - judged.length))
  return effects.filter(effect => {
    if (effect.do === 'judge') return judged.includes(effect)
    return !(effect.do === 'dispatch' && late.has(effect.claim)) && !isOf(effect, later)
  })
}

/** What begins a task, and shows that it began. */
function isOf(effect: Effect, tasks: ReadonlySet<TaskId>): boolean {
  return (effect.do === 'claim' || effect.do === 'label') && tasks.has(effect.task)
}
