import type { Effect } from '../effect.ts'
import type { TaskId } from '../names.ts'
import { writePassed } from '../words/emergency.ts'
import type { TaskFacts, World } from '../world.ts'
import { isQueued } from './queue.ts'
import { clear, keepAlone, type Steering } from './train.ts'

/** An emergency is on its way: it goes first and alone, and what was being judged would be worthless after it. */
export function letPass({ trains }: World, first: TaskId): Steering {
  return { alone: new Set([first]), effects: trains.flatMap(clear) }
}

/** Only the first lands or is updated; the gates of those that would have landed say for whom they wait. */
export function keepFirst(effects: readonly Effect[], first: TaskFacts, world: World): readonly Effect[] {
  const others = effects.flatMap(effect =>
    effect.do === 'land' && effect.task !== null && effect.task !== first.id ? [effect] : [],
  )
  const said = others.flatMap(({ task, pull, head }): Effect[] => {
    const shown = world.tasks.find(({ id }) => id === task)?.pull
    const key = `after ${first.pull?.number}`
    // In GitHub's queue it stays where it is: what is not green would be taken out.
    if (shown?.number !== pull || isQueued(world, shown) || shown.gate?.key === key) return []
    const check = shown.gate?.conclusion === null ? shown.gate.id : null
    return [{ do: 'gate', task, pull, head, check, conclusion: null, key, ...writePassed(first) }]
  })
  return [...keepAlone(effects, new Set([first.id])), ...said]
}
