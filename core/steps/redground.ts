import type { Effect } from '../effect.ts'
import { findPlace } from '../landing/place.ts'
import { isMending, type Redness, readRedness } from '../landing/redbase.ts'
import type { TaskId } from '../names.ts'
import type { Ready } from '../train.ts'
import type { Instant, World } from '../world.ts'

/**
 * While the branch is red, what is built on it is red whatever is in it: a run for nothing. So nothing is but what may mend it: what
 * takes a landing back, the task that people named for that, and what people ask to land of their own. What is judged already lands.
 */
export function readyOnRed(ready: readonly Ready[], world: World, now: Instant): readonly Ready[] {
  const red = readRedness(world, now)
  if (red === null) return ready
  return ready.filter(({ act, move, pull }) => {
    const isJudged = act.do === 'land' || findPlace(world.trains, pull.head.sha) !== null
    return isJudged || mayMend(move.facts.task.id, world, red)
  })
}

/** The same of those that are brought up to date by themselves. */
export function keepOffRed(effects: readonly Effect[], world: World, now: Instant): readonly Effect[] {
  const red = effects.some(effect => effect.do === 'update') ? readRedness(world, now) : null
  if (red === null) return effects
  return effects.filter(
    effect => effect.do !== 'update' || effect.task === null || mayMend(effect.task, world, red),
  )
}

function mayMend(id: TaskId, world: World, red: Redness): boolean {
  const task = world.tasks.find(one => one.id === id)
  if (task === undefined) return false
  return world.guests.some(({ pull }) => pull === task.pull) || isMending(task, world, red)
}
