import { type Bits, bit, count, members, within } from './bits.ts'
import type { Edges } from './edges.ts'
import type { Item, Run, Snapshot } from './snapshot.ts'

/** What runs say about sets of queued items on the present base. */
export type Evidence = {
  passed: ReadonlyMap<Bits, Run>
  failed: ReadonlySet<Bits>
  /** Under way. */
  running: ReadonlyMap<Bits, Run>
  /** Ended without a word about the members, so many times. */
  broken: ReadonlyMap<Bits, number>
  /** Runs that say nothing about what would land now, and never will, by id. */
  worthless: readonly string[]
  /** Runs of a single item alone, on whatever base: a second look at what was red before. */
  alone(i: number): 'passed' | 'failed' | 'running' | null
}

/**
 * A run's members that have landed are part of the base now: what is left of them is judged on exactly this base, unless
 * something else landed since that has to do with them.
 */
export function readEvidence(order: readonly Item[], edges: Edges, snapshot: Snapshot): Evidence {
  const places = new Map(order.map((item, i) => [item.key, i]))
  const landed = new Set(snapshot.landed.map(one => one.key))
  const passed = new Map<Bits, Run>()
  const failed = new Set<Bits>()
  const running = new Map<Bits, Run>()
  const broken = new Map<Bits, number>()
  const worthless: string[] = []
  for (const run of snapshot.runs) {
    const left = leftOf(run, { places, landed })
    if (left === null || left === 0n || isOutdated(run, left, { edges, snapshot })) {
      worthless.push(run.id)
      continue
    }
    if (run.state === 'passed') passed.set(left, run)
    if (run.state === 'failed') failed.add(left)
    if (run.state === 'running') running.set(left, run)
    if (run.state === 'broken') broken.set(left, (broken.get(left) ?? 0) + 1)
  }
  // What is green as part of something larger was red by a flake.
  for (const set of failed) if (isCleared(set, { passed })) failed.delete(set)
  const alone = singles(snapshot.runs)
  return { passed, failed, running, broken, worthless, alone: i => alone.get(order[i]!.key) ?? null }
}

/** Null where a member is neither queued nor landed: gone, or changed since. */
function leftOf(
  { members: keys }: Run,
  { places, landed }: { places: ReadonlyMap<string, number>; landed: ReadonlySet<string> },
): Bits | null {
  let left = 0n
  for (const key of keys) {
    const place = places.get(key)
    if (place !== undefined) left |= bit(place)
    else if (!landed.has(key)) return null
  }
  return left
}

function isOutdated(
  { members: keys, after }: Run,
  left: Bits,
  { edges, snapshot }: { edges: Edges; snapshot: Snapshot },
): boolean {
  const since = snapshot.landed.slice(after)
  if (snapshot.policy.voids && since.length > 0) return true
  return since.some(one => !keys.includes(one.key) && edges.touches(one, left))
}

function singles(runs: readonly Run[]): Map<string, 'passed' | 'failed' | 'running'> {
  const found = new Map<string, 'passed' | 'failed' | 'running'>()
  for (const { members: keys, state } of runs) {
    if (keys.length !== 1 || state === 'ending' || state === 'broken') continue
    if (state !== 'running' || !found.has(keys[0]!)) found.set(keys[0]!, state)
  }
  return found
}

/** Is it green, by itself or as part of something larger? */
export function isCleared(set: Bits, { passed }: Pick<Evidence, 'passed'>): boolean {
  return [...passed.keys()].some(whole => within(set, whole))
}

/** Red sets without a smaller red one inside, which would explain them. */
export function smallestFailed({ failed }: Evidence): { set: Bits; size: number }[] {
  const all = [...failed].map(set => ({ set, size: count(set) })).sort((a, b) => a.size - b.size)
  const smallest: { set: Bits; size: number }[] = []
  for (const one of all) if (!smallest.some(({ set }) => within(set, one.set))) smallest.push(one)
  return smallest
}

/** For words and logs. */
export function keysOf(order: readonly Item[], set: Bits): string[] {
  return members(set).map(i => order[i]!.key)
}
