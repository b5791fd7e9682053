import { PLACES } from '../../core/rollback/search.ts'
import { chance, createRandom, type Random } from './random.ts'

/** A made-up project: how fast pull requests come, what they touch, how often they are bad. Times in minutes. */
export type Model = {
  seed: number
  /** An hour; or all at once, when `burst` is set. */
  rate: number
  burst: number | null
  hours: number
  /** Waits of who comes earlier are not told, as the queue is still empty then. */
  warmUp: number
  modules: number
  /** Weight of the more popular modules (Zipf). */
  zipf: number
  /** Each comes when CI of its own has passed, which keeps out what is bad alone, and says something for landing. */
  ownCi: boolean
  /** Bad alone. */
  bad: number
  /** Two that share a module truly conflict; half of these are textual, and seen by a test merge without CI. */
  conflict: number
  /** Two that share nothing break together. */
  hidden: number
  /** A good run is red. */
  flake: number
  /** Median of a run. */
  ci: number
  runners: number
  /** A cancelled run gives its runner back after this. */
  ending: number
  /** Tips judged side by side while a red landing is searched. */
  places: number
  /** `merge.reds`: with more red landings in a day lanes are closed. */
  reds: number
}

/** Regime B of merging.md 3.6. */
export const MODEL: Model = {
  seed: 1,
  rate: 30,
  burst: null,
  hours: 24,
  warmUp: 120,
  modules: 60,
  zipf: 0.6,
  ownCi: false,
  bad: 0.05,
  conflict: 0.05,
  hidden: 0.0002,
  flake: 0.01,
  ci: 10,
  runners: 20,
  ending: 0,
  places: PLACES,
  reds: 5,
}

export type Arrival = { number: number; at: number; touches: readonly string[]; bad: boolean }

/** What is true of two of them, the earlier first. */
export type Relation = 'none' | 'textual' | 'semantic'

export type Project = {
  arrivals: readonly Arrival[]
  relate(earlier: Arrival, later: Arrival): Relation
}

/** @param recorded arrivals of a real history, in place of those of the model. */
export function makeProject(
  model: Model,
  recorded: readonly Omit<Arrival, 'number' | 'bad'>[] | null,
): Project {
  const random = createRandom(model.seed)
  const given = recorded ?? invent(model, random)
  const arrivals = given.map((one, i) => ({ ...one, number: i + 1, bad: random.unit() < model.bad }))
  return {
    arrivals,
    relate(earlier, later) {
      const told = chance(model.seed, earlier.number, later.number)
      const shares = earlier.touches.some(place => later.touches.includes(place))
      if (!shares) return told < model.hidden ? 'semantic' : 'none'
      if (told >= model.conflict) return 'none'
      return told < model.conflict / 2 ? 'textual' : 'semantic'
    },
  }
}

function invent(model: Model, random: Random): Omit<Arrival, 'number' | 'bad'>[] {
  const weights = Array.from({ length: model.modules }, (_, i) => (i + 1) ** -model.zipf)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const pick = () => {
    let left = random.unit() * total
    const at = weights.findIndex(weight => {
      left -= weight
      return left < 0
    })
    return `m${at + 1}`
  }
  const touches = () => (random.unit() < 2 / 3 ? [pick()] : [...new Set([pick(), pick()])])
  if (model.burst !== null) {
    return Array.from({ length: model.burst }, () => ({ at: 0, touches: touches() }))
  }
  const arrivals = []
  for (let at = 0; ; ) {
    at += (-Math.log(1 - random.unit()) / model.rate) * 60
    if (at >= model.hours * 60) return arrivals
    arrivals.push({ at, touches: touches() })
  }
}
