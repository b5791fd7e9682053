import { improve } from './improve.ts'
import type { Node } from './node.ts'
import { countPlace, type Place } from './places.ts'
import { makeProject, type Project } from './project.ts'
import type { Meet, WriteSet } from './scope.ts'
import type { Urgency } from './urgency.ts'

/** A task that runs, could start now, or could follow on those; `lasts` from now on, in minutes. */
export type Step = {
  node: Node
  /** Who waits for it. */
  after: readonly Node[]
  lasts: number
  urgency: Urgency
  places: readonly Place[]
  writes: WriteSet
}

export type Outlook = {
  running: readonly Step[]
  ready: readonly Step[]
  following: readonly Step[]
  meet: Meet
}

/** Few, as this is asked in every look that finds a place free; the seed is fixed so that all controllers see the same. */
const EFFORT = { tries: 60, seed: 1 }

/** Which of the ready ones start at once in the best schedule of all that is told, when it is better than the plain rule's. */
export function chooseFirst(outlook: Outlook): ReadonlySet<Node> {
  const { running, ready } = outlook
  const { schedule } = improve(projectOf(outlook), EFFORT)
  const first = ready.filter((_, i) => schedule.starts[running.length + i] === 0)
  return new Set(first.map(({ node }) => node))
}

/** Units of time that an ordinary task lasts: finer would cost time, and estimates are not that good. */
const FINE = 8

function projectOf({ running, ready, following, meet }: Outlook): Project {
  const steps = [...running, ...ready, ...following]
  const places = [...new Set(steps.flatMap(step => step.places))]
  const index = new Map(steps.map(({ node }, i) => [node, i]))
  const unit = steps.reduce((sum, { lasts }) => sum + lasts, 0) / steps.length / FINE
  const units = (minutes: number) => Math.max(1, Math.round(minutes / unit))
  const isToCome = (place: number) => place >= running.length
  const lightest = Math.min(...steps.map(({ urgency }) => urgency.weight))
  return makeProject({
    durations: steps.map(({ lasts }) => units(lasts)),
    // What runs waits for nothing any more, even if somebody has linked it since.
    after: steps.map(({ after }) => after.flatMap(next => index.get(next) ?? []).filter(isToCome)),
    demands: steps.map(step => places.map(place => countPlace(step.places, place))),
    // More may be running than are allowed by now.
    capacities: places.map(({ most, taken }) => Math.max(most, taken)),
    apart: steps.map((one, i) =>
      steps.flatMap((other, k) => (k !== i && meet(one.writes, other.writes) !== null ? k : [])),
    ),
    tails: steps.map(({ urgency }) => Math.round((urgency.behind + urgency.weight - lightest) / unit)),
    begun: running.length,
  })
}
