import type { Outcome } from '../../core/merge/planmerges.ts'
import type { Policy } from '../../core/merge/policy.ts'
import { type Item, printPair, type Snapshot } from '../../core/merge/snapshot.ts'
import type { Lanes } from './lanes.ts'
import type { Random } from './random.ts'
import type { Live } from './runners.ts'
import { takeMinutes } from './runtime.ts'
import { countRunners, type Tip } from './tip.ts'
import type { Arrival, Model, Project } from './world.ts'

/** What came of every pull request, and what it cost. Minutes. */
export type History = {
  fates: Map<number, Fate>
  /** Runs for landing that were started, those that were cancelled included. */
  runs: number
  /** Combinations that landed without having been judged so, and were broken. */
  broken: number
  /** Landings whose very combination no run had judged. */
  untested: number
  /** How many waited, each time that it changed. */
  queue: { at: number; waiting: number }[]
  /** Of the integration branch; null where the policy lands on the default branch itself. */
  tip: Tip | null
  end: number
}
export type Fate = { arrival: Arrival; at: number } & (
  | { is: 'landed' }
  /** Sent back; `guilty`: rightly so. */
  | { is: 'returned'; guilty: boolean }
)

export type Queued = { arrival: Arrival; item: Item }
export type State = {
  model: Model
  project: Project
  /** In force now. */
  policy: Policy
  plan: (snapshot: Snapshot) => Outcome
  /** What halves the window: each that is red, or only who is sent back, which is who was red twice. */
  halves: 'red' | 'returned'
  lanes: Lanes
  oracle: boolean
  random: Random
  now: number
  waiting: Queued[]
  landed: { arrival: Arrival; at: number }[]
  /** How many had landed when it was made, by number. */
  made: Map<number, number>
  landedKeys: Pick<Item, 'key' | 'surface'>[]
  runs: Live[]
  collisions: Set<string>
  window: number
  history: History
}

/** One budget: the judgement of the integration branch has its runners of it. */
export function freeRunners({ model, history: { tip } }: State): number {
  return Math.max(1, model.runners - (tip === null ? 0 : countRunners(tip)))
}

export function arrivalOf(state: State, key: string): Arrival | null {
  return state.project.arrivals[Number.parseInt(key, 10) - 1] ?? null
}

export function leave(
  state: State,
  arrival: Arrival,
  fate: { is: 'landed' } | { is: 'returned'; guilty: boolean },
): void {
  state.waiting = state.waiting.filter(one => one.arrival !== arrival)
  state.history.fates.set(arrival.number, { arrival, at: state.now, ...fate })
}

/** The same with another commit. */
export function rename(state: State, queued: Queued, change: Partial<Item>): void {
  const { key: old } = queued.item
  const key = `${old}'`
  for (const pair of [...state.collisions]) {
    const [a, b] = pair.split(' ') as [string, string]
    if (a === old) state.collisions.add(printPair(key, b))
    if (b === old) state.collisions.add(printPair(a, key))
  }
  queued.item = { ...queued.item, key, ...change }
}

export function begin(state: State, members: readonly Item[]): void {
  state.history.runs += 1
  state.runs.push({
    id: String(state.history.runs),
    members: members.map(item => item.key),
    after: state.landed.length,
    state: 'running',
    length: takeMinutes(state.model, state.random),
    end: null,
  })
}
