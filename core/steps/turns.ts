import type { Effect } from '../effect.ts'
import { findEmergency } from '../landing/emergency.ts'
import { runsLanes } from '../landing/lanes.ts'
import type { Move, Tools } from '../move.ts'
import type { Left } from '../schedule/left.ts'
import type { TaskState } from '../state.ts'
import type { World } from '../world.ts'
import { tellBehind, tellTurn } from './behind.ts'
import { keepFirst, letPass } from './emergency.ts'
import { steerLanes } from './lanes.ts'
import { keepPlaces } from './places.ts'
import { steerQueue } from './queue.ts'
import { keepOffRed } from './redground.ts'
import { keepAlone, steerTrains } from './train.ts'
import { asksInTurns, keepOneLanding, keepOneUpdate } from './update.ts'

type Judging = {
  world: World
  moves: readonly Move[]
  states: readonly TaskState[]
  tools: Tools
  left: Left
}

/** Of all that was planned, what may be done beside the rest. */
export function keepTurns(effects: readonly Effect[], judging: Judging): readonly Effect[] {
  const keep = (some: readonly Effect[]) => keepOffRed(some, judging.world, judging.tools.now)
  // Lanes plan updates of their own.
  return keepUnmoved(keep(steer(keep(effects), judging)), judging.world)
}

/** GitHub was asked to bring it up to date, and lists lag: it keeps its turn, and is not asked once more. */
function keepUnmoved(effects: readonly Effect[], { moving }: World): readonly Effect[] {
  return moving.size === 0
    ? effects
    : effects.filter(effect => effect.do !== 'update' || !moving.has(effect.head))
}

/** Landings get in each other's way where branches have to be up to date: by trains, or one after the other. */
function steer(
  effects: readonly Effect[],
  { world, moves, states, tools, left }: Judging,
): readonly Effect[] {
  const present = { states, left }
  const first = findEmergency(world, states, tools.now)
  const landing = first === null ? effects : keepFirst(effects, first, world)
  if (runsLanes(world)) {
    const kept = steerLanes(landing, { world, moves, first, tools })
    const told = tellBehind(landing, kept, { world, moves })
    const cleared = first === null ? [] : letPass(world, first.id).effects
    return keepPlaces([...kept, ...told, ...cleared], world, present)
  }
  const { alone, effects: own } = first === null ? steerTrains(world, moves, tools) : letPass(world, first.id)
  if (world.rules.queue) return keepPlaces([...steerQueue(landing, world, tools.now), ...own], world, present)
  const kept = alone === 'all' ? keepOneLanding(landing, world) : keepAlone(landing, alone)
  const turns = asksInTurns(world) ? keepOneUpdate(kept, states, tools.now) : kept
  const told = tellTurn(landing, [...turns, ...own], { world, moves })
  return keepPlaces([...turns, ...own, ...told], world, present)
}
