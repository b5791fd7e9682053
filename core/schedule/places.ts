import type { Config } from '../config/config.ts'
import { explainFull } from '../words/schedule.ts'

/** Whoever takes room: an attempt at a task of an epic or of none, by one agent or by all that race. */
export type Taker = { agents: readonly string[]; epic: number | null }

/** Something of which there is only so much: attempts at once, in all, of an agent, in an epic, of a pool. */
export type Place = {
  readonly is: 'all' | 'agent' | 'epic' | 'pool'
  readonly name: string
  readonly most: number
  taken: number
}

export type Places = {
  /** All that this one takes room in, as often as it takes it. The same place is the same object. */
  of(taker: Taker): readonly Place[]
  /** Why there is no room, in one line; null when there is. */
  full(taker: Taker): string | null
  take(taker: Taker): void
}

/** @param desk of the pool that this repository shares, if any: who gets its places is decided there. */
export function openPlaces({ limits, agents }: Config, desk: { most: number } | null = null): Places {
  const places = new Map<string, Place>()
  const find = (is: Place['is'], name: string, most: number): Place => {
    const key = `${is}:${name}`
    const known = places.get(key) ?? { is, name, most, taken: 0 }
    places.set(key, known)
    return known
  }
  const make = (taker: Taker): Place[] => [
    find('all', '', limits.parallel),
    ...taker.agents.map(agent => find('agent', agent, agents[agent]?.max_parallel ?? limits.parallel)),
    ...(taker.epic === null || limits.per_epic === undefined
      ? []
      : [find('epic', `${taker.epic}`, limits.per_epic)]),
    ...(desk === null ? [] : [find('pool', '', desk.most)]),
  ]
  // Thousands may ask at once, for few different ones.
  const made = new Map<string, readonly Place[]>()
  const of = (taker: Taker): readonly Place[] => {
    const key = `${taker.epic} ${taker.agents.join(' ')}`
    const known = made.get(key) ?? make(taker)
    made.set(key, known)
    return known
  }
  return {
    of,
    full(taker) {
      const places = of(taker)
      const place = places.filter(isOwn).find(one => one.taken + countPlace(places, one) > one.most)
      return place === undefined ? null : explainFull(place)
    },
    take(taker) {
      for (const place of of(taker)) place.taken += 1
    },
  }
}

/** Not a pool's. */
function isOwn(place: Place): place is Place & { is: 'all' | 'agent' | 'epic' } {
  return place.is !== 'pool'
}

export function countPlace(places: readonly Place[], place: Place): number {
  return places.filter(one => one === place).length
}
