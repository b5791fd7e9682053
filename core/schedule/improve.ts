import { cross } from './cross.ts'
import { scheduleByRank } from './parallel.ts'
import type { Project, Schedule } from './project.ts'
import { createRandom, type Random } from './random.ts'
import { boundSpan, rankBackward, rankForward } from './rank.ts'
import { type Direction, scheduleInOrder } from './serial.ts'

export type Effort = {
  /** How many schedules are made at most, each pass over all activities counted. */
  tries: number
  seed: number
}

/** The best schedule found, and how many were made. Never worse than the plain rule's; the same for the same seed. */
export type Improved = { schedule: Schedule; tried: number }

/** Schedules whose rank is disturbed, how far at most in mean durations, and how many of all go on. */
const SAMPLES = 18
const NOISE = 4
const POOL = 12
/** What comes this near to the best is worth two more passes. */
const NEAR = 1.05

/**
 * Samples around the rule from both ends, each pushed to the end and back (forward-backward improvement, Li and Willis
 * 1992; justification, Valls, Ballestín and Quintanilla 2005); then the best are crossed (Hartmann 1998).
 */
export function improve(project: Project, { tries, seed }: Effort): Improved {
  const search = openSearch(project, { tries, seed })
  for (let i = 0; i < SAMPLES + 2 && hasRoom(search); i++) {
    // The first from each end is the rule itself.
    sample(search, { direction: i % 2 === 0 ? 'forward' : 'backward', noise: i < 2 ? 0 : NOISE })
  }
  search.pool.splice(POOL)
  while (hasRoom(search)) breed(search)
  return { schedule: search.best, tried: search.tried }
}

type Search = Effort & {
  project: Project
  random: Random
  bound: number
  tried: number
  best: Schedule
  /** Made forwards; the shortest first. */
  pool: Schedule[]
  ranks: Readonly<Record<Direction, Float64Array>>
  mean: number
}

function openSearch(project: Project, effort: Effort): Search {
  const ranks = { forward: rankForward(project), backward: rankBackward(project) }
  const total = project.durations.reduce((sum, one) => sum + one, 0)
  return {
    ...effort,
    project,
    random: createRandom(effort.seed),
    bound: boundSpan(project),
    tried: 1,
    best: scheduleByRank(project, ranks.forward),
    pool: [],
    ranks,
    mean: total / Math.max(1, project.size),
  }
}

/** A pass there and two to the end and back. */
const ROUND = 3

function hasRoom({ tried, tries, best, bound }: Search): boolean {
  return tried + ROUND <= tries && best.span > bound
}

function sample(search: Search, { direction, noise }: { direction: Direction; noise: number }): void {
  const { project, random, ranks, mean } = search
  const disturbed = ranks[direction].map(rank => rank + (random.part() - 0.5) * noise * mean)
  const made = keep(search, scheduleByRank(project, disturbed, direction), direction)
  join(search, search.tried + 2 <= search.tries ? justify(search, made) : made)
}

/** Counts a schedule that was made; one made backwards is at once made forwards from there. */
function keep(search: Search, made: Schedule, direction: Direction): Schedule {
  search.tried += 1
  if (direction === 'backward') return forwards(search, made)
  if (made.span < search.best.span) search.best = made
  return made
}

/** Everything as late as possible, then as early as possible again: gaps that no single pass sees close. */
function justify(search: Search, schedule: Schedule): Schedule {
  const { project } = search
  const ends = schedule.starts.map((start, i) => -(start + project.durations[i]!))
  const list = listBy(project, ends, 'backward')
  const again = keep(search, scheduleInOrder(project, list, 'backward'), 'backward')
  return again.span <= schedule.span ? again : schedule
}

function forwards(search: Search, late: Schedule): Schedule {
  const { project } = search
  const starts = late.starts.map((start, i) => -(start + project.durations[i]!))
  const list = listBy(project, starts, 'forward')
  return keep(search, scheduleInOrder(project, list, 'forward'), 'forward')
}

/** By rising keys, in which what comes first in this direction never has the higher one. */
function listBy({ places }: Project, keys: Int32Array, direction: Direction): Int32Array {
  const sign = direction === 'forward' ? 1 : -1
  return Int32Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]! || sign * (places[a]! - places[b]!))
}

function breed(search: Search): void {
  const { project, random, pool } = search
  const first = choose(search)
  const second = choose(search)
  const other = first === second ? (first + 1 + random.below(pool.length)) % pool.length : second
  const [a, b] = [pool[first]!, pool[other]!]
  const parents = [a, b].map(({ starts }) => listBy(project, starts, 'forward'))
  const list = cross(project, { starts: a.starts, list: parents[0]! }, parents[1]!, random)
  const child = keep(search, scheduleInOrder(project, list, 'forward'), 'forward')
  join(search, child.span <= search.best.span * NEAR ? justify(search, child) : child)
}

/** The better of two by chance. */
function choose({ random, pool }: Search): number {
  return Math.min(random.below(pool.length), random.below(pool.length))
}

function join({ pool }: Search, schedule: Schedule): void {
  const full = pool.length >= POOL
  if (full && schedule.span > pool.at(-1)!.span) return
  if (pool.some(other => isSame(other, schedule))) return
  if (full) pool.pop()
  pool.push(schedule)
  pool.sort((a, b) => a.span - b.span)
}

function isSame(a: Schedule, b: Schedule): boolean {
  return a.span === b.span && a.starts.every((start, i) => start === b.starts[i])
}
