import { type Outcome, planMerges } from '../../../core/merge/planmerges.ts'
import { POLICIES } from '../../../core/merge/policy.ts'
import { type Item, printPair, type Run, type Snapshot } from '../../../core/merge/snapshot.ts'
import type { Schedule } from './steps.ts'

/** A small world for random schedules. */
export type Pull = {
  id: string
  item: Item
  bad: boolean
  head: number
  fate: 'queued' | 'landed' | 'returned' | 'closed'
}
export type World = {
  given: Schedule
  pulls: Pull[]
  landed: Pick<Item, 'key' | 'surface'>[]
  runs: Run[]
  started: number
  frozen: boolean
  window: number
  /** How much of the next plan is done before the process dies; null: it lives. */
  dies: number | null
}

export function renew(pull: Pull, change: Partial<Item>): void {
  pull.head += 1
  pull.item = { ...pull.item, key: `${pull.id}.${pull.head}`, ...change }
}

export function numberOf(key: string): number {
  return Number(/^p(\d+)/.exec(key)?.[1] ?? -1)
}

/** What CI would say: bad ones, and pairs that break together. Those in one place do so more often. */
export function isRed(world: World, { members, after }: Run): boolean {
  const inside = [...world.landed.slice(0, after).map(one => one.key), ...members].map(numberOf)
  return members.some(key => {
    const one = world.pulls[numberOf(key)]
    return one?.bad === true || inside.some(other => breaks(world, numberOf(key), other))
  })
}

export function breaks(world: World, a: number, b: number): boolean {
  const [one, other] = [world.pulls[a], world.pulls[b]]
  if (one === undefined || other === undefined || a === b) return false
  const shares = one.item.surface.some(place => other.item.surface.includes(place))
  return shares && (a * 31 + b * 31 + a * b * 7 + world.given.clash) % 9 === 0
}

/** Git cannot put them together. */
export function collides({ given }: World, a: number, b: number): boolean {
  return (a + b + given.clash) % 11 === 0
}

export function snapshotOf(world: World): Snapshot {
  const queued = world.pulls.filter(pull => pull.fate === 'queued').map(pull => pull.item)
  const meets = (a: Item, b: Item) => collides(world, numberOf(a.key), numberOf(b.key))
  const pairs = queued.flatMap((a, i) =>
    queued.slice(i + 1).flatMap(b => (meets(a, b) ? printPair(a.key, b.key) : [])),
  )
  return {
    policy: POLICIES[world.given.policy],
    queue: queued,
    landed: world.landed,
    runs: world.runs,
    slots: world.given.slots,
    window: world.window,
    collisions: new Set(pairs),
    coupled: new Set(),
    frozen: world.frozen,
  }
}

export function plan(world: World): Outcome {
  return planMerges(snapshotOf(world))
}

export function check(holds: boolean, invariant: string, what: string): void {
  if (!holds) throw new Error(`${invariant}: ${what}`)
}
