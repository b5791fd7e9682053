import { type Bits, bit, count, has, members, within } from './bits.ts'
import { type Evidence, smallestFailed } from './evidence.ts'
import type { Snapshot } from './snapshot.ts'
import type { Walk } from './walk.ts'

/** A combination whose judgement is wanted, the most wanted first. */
export type Want = {
  set: Bits
  /** Who waits for this very judgement. */
  for: readonly number[]
}

type Seen = { snapshot: Snapshot; evidence: Evidence; walk: Walk }

/** Which combinations have to be judged so that everybody learns what he waits for, with as few runs as the policy takes. */
export function listWants(seen: Seen): Want[] {
  const { walk, snapshot } = seen
  const covered = new Set<number>()
  const wants: Want[] = []
  const candidates = members(walk.alive | walk.unclear)
  const limits = limitsOf(seen, batchSize(snapshot, candidates.length))
  // Of what was begun when more were waiting only suspicion takes anybody out.
  const begun = limitsOf(seen, snapshot.policy.batch.most)
  for (const i of candidates) {
    if (covered.has(i)) continue
    const want =
      joinRunning(seen, { i, covered, limits: begun }) ?? gather(seen, { i, covered, limits, candidates })
    for (const each of want.for) covered.add(each)
    if (!isAnswered(seen, want)) wants.push(want)
  }
  const probes = walk.probes.map(i => ({ set: bit(i), for: [i] }))
  const all = [...wants, ...(snapshot.policy.shape === 'line' ? turnPairs(seen) : []), ...probes]
  return snapshot.policy.shape === 'line' ? all : all.sort((a, b) => hopes(seen, a) - hopes(seen, b))
}

/** In lanes, what stands on the fewest unjudged ones is the least likely to be in vain. */
function hopes({ walk }: Seen, want: Want): number {
  return count(want.set & ~want.for.reduce((set, i) => set | bit(i), 0n) & walk.alive)
}

function isAnswered({ evidence, snapshot }: Seen, { set }: Want): boolean {
  if (evidence.passed.has(set) || evidence.failed.has(set)) return true
  // What is under way already is not thrown away because the window has shrunk.
  return !evidence.running.has(set) && count(set) > Math.max(1, snapshot.window)
}

type Turn = { i: number; covered: ReadonlySet<number>; limits: readonly number[] }

/**
 * A run that is under way and will tell: nothing is started anew because better groups could be made by now. The smallest, as
 * others may be judged by it; a larger one is then joined by those whom only it tells something.
 */
function joinRunning({ evidence, walk }: Seen, { i, covered, limits }: Turn): Want | null {
  let best: Want | null = null
  for (const set of evidence.running.keys()) {
    if (!has(set, i) || !within(set, walk.alive | walk.unclear)) continue
    const inside = members(set)
    const fresh = inside.filter(each => !covered.has(each))
    if (!inside.every(each => within(walk.stands[each]!, set))) continue
    if (fresh.length > Math.min(...fresh.map(each => limits[each]!))) continue
    if (best === null || fresh.length < best.for.length) best = { set, for: fresh }
  }
  return best
}

/** With those behind it, as many as the batch and the suspicion against each of them let in. */
function gather(
  { evidence, walk, snapshot }: Seen,
  { i, covered, limits, candidates }: Turn & { candidates: readonly number[] },
): Want {
  const group: number[] = []
  let set = 0n
  for (const each of candidates) {
    if (each < i || covered.has(each)) continue
    const most = Math.min(...group.map(one => limits[one]!), limits[each]!)
    if (group.length >= most) break
    const next = set | walk.stands[each]!
    if (group.length > 0 && count(next) > snapshot.window) break
    // Red already: it would say nothing new. The beginnings of it will.
    if (group.length > 0 && evidence.failed.has(next) && !has(walk.unclear, each)) break
    group.push(each)
    set = next
  }
  return { set, for: group }
}

function batchSize({ policy: { batch }, slots }: Snapshot, waiting: number): number {
  if (batch.scarce === null) return batch.most
  return Math.min(batch.most, Math.max(1, Math.floor(waiting / Math.max(1, slots * batch.scarce)) + 1))
}

/** How many may be judged with each: fewer after they were red together, so that the culprit is narrowed down. */
function limitsOf({ evidence, walk, snapshot }: Seen, size: number): number[] {
  const { pieces } = snapshot.policy
  const limits = walk.order.map(() => size)
  for (const { set, size } of smallestFailed(evidence)) {
    const limit = Math.ceil(size / pieces)
    for (const i of members(set)) limits[i] = Math.min(limits[i]!, limit)
  }
  return limits
}

/**
 * Of two that are red together, those behind are tried with the first already; and here with the second instead, so that one
 * of the two judgements holds whichever it was.
 */
function turnPairs({ walk, evidence, snapshot }: Seen): Want[] {
  return walk.pairs.flatMap(({ first, second }) => {
    const behind = members(walk.alive).filter(i => i > second)
    const most = Math.min(snapshot.window, first === 0 ? behind.length + 1 : snapshot.window)
    const kept = behind.slice(0, Math.max(0, most - 1))
    const set = kept.reduce((all, i) => all | bit(i), bit(second))
    return evidence.passed.has(set) || evidence.failed.has(set) ? [] : [{ set, for: [second] }]
  })
}
