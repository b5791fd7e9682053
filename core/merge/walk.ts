import { type Bits, bit, count, has, members, within } from './bits.ts'
import type { Edges } from './edges.ts'
import { type Evidence, isCleared } from './evidence.ts'
import { type Item, printPair, type Snapshot } from './snapshot.ts'

/** Why an item does not land now; `with`: keys of those it is about. */
export type Wait = {
  on:
    | 'run'
    | 'slot'
    | 'window'
    | 'parent'
    | 'collision'
    | 'suspected'
    | 'unclear'
    | 'probe'
    | 'infrastructure'
    | 'circular'
    | 'landing'
    | 'freeze'
  with: readonly string[]
}

/** How the queue stands, walked from its front: each item is either expected to land, or waits for what is ahead. */
export type Walk = {
  order: readonly Item[]
  /** Expected to land. */
  alive: Bits
  /** By index: itself and all ahead that it stands on. Of waiting ones too, as far as it is known. */
  stands: readonly Bits[]
  /** Red with all that it stands on landed: its own fault. */
  faulty: readonly number[]
  /** Red together with one that is not judged yet: one of the two. */
  pairs: readonly { first: number; second: number }[]
  /** Somewhere in a red set whose inside is not searched yet. */
  unclear: Bits
  /** To be tried alone before others are made to stand on them again. */
  probes: readonly number[]
  waits: Map<string, Wait>
}

type Seen = { snapshot: Snapshot; edges: Edges; evidence: Evidence }

/**
 * From the front, carrying who is expected to land. Zuul's "nearest non-failing item ahead" (zuul/manager): what is red is
 * skipped and those behind stand on the rest, though it is only judged for good when nothing unjudged is ahead of it.
 */
export function walk(order: readonly Item[], seen: Seen): Walk {
  const out = outvoted(seen.evidence)
  const done: Draft = {
    order,
    alive: 0n,
    stands: [],
    faulty: [],
    pairs: [],
    unclear: 0n,
    probes: [],
    waits: new Map(),
  }
  order.forEach((item, i) => {
    const set = standsOn(done, seen.edges, i) | bit(i)
    done.stands.push(set)
    const wait = has(out, i)
      ? { on: 'suspected' as const, with: [] }
      : judgeItem(done, seen, { item, i, set })
    if (wait === null) done.alive |= bit(i)
    else done.waits.set(item.id, wait)
  })
  return done
}

/** Of two that are red together, the one without which the other was green. */
function outvoted({ failed, passed }: Evidence): Bits {
  let out = 0n
  for (const pair of failed) {
    const both = count(pair) === 2 ? members(pair) : []
    for (const i of both) {
      const other = pair & ~bit(i)
      const green = [...passed.keys()]
      if (green.some(set => has(set, i))) continue
      if (green.some(set => within(other, set))) out |= bit(i)
    }
  }
  return out
}

type Draft = Walk & {
  stands: Bits[]
  faulty: number[]
  pairs: { first: number; second: number }[]
  probes: number[]
}
type One = { item: Item; i: number; set: Bits }

function standsOn({ alive, stands }: Walk, edges: Edges, i: number): Bits {
  const direct = edges.ahead(i) & alive
  // In a line everybody ahead is direct already.
  if (direct === alive) return alive
  return members(direct).reduce((set, ahead) => set | stands[ahead]!, 0n)
}

/** Null: expected to land. */
function judgeItem(done: Draft, seen: Seen, one: One): Wait | null {
  return waitForOthers(done, seen, one) ?? waitForProbe(done, seen, one) ?? waitForVerdict(done, seen, one)
}

function waitForOthers({ order, alive }: Draft, { snapshot }: Seen, { item, i }: One): Wait | null {
  const parent =
    item.parents.length === 0
      ? -1
      : order.findIndex((other, at) => item.parents.includes(other.id) && !has(alive, at))
  if (parent >= 0) return { on: 'parent', with: [order[parent]!.key] }
  if (snapshot.collisions.size === 0) return null
  const rival = members(alive).find(at => snapshot.collisions.has(printPair(order[at]!.key, item.key)))
  return rival === undefined || rival === i ? null : { on: 'collision', with: [order[rival]!.key] }
}

/** What was red alone is looked at a second time by itself: those behind do not stand on it meanwhile. */
function waitForProbe(
  { probes, faulty }: Draft,
  { evidence, snapshot }: Seen,
  { item, i }: One,
): Wait | null {
  if (item.failures === 0 || !snapshot.policy.apart) return null
  const said = evidence.alone(i)
  if (said === 'passed' || isCleared(bit(i), evidence)) return null
  if (said === 'failed') faulty.push(i)
  else probes.push(i)
  return { on: 'probe', with: [] }
}

/** How often a judgement may break off before a person has to look at what breaks it. */
export const MOST_BROKEN = 3

function waitForVerdict(done: Draft, { evidence }: Seen, { i, set }: One): Wait | null {
  const { order } = done
  if ((evidence.broken.get(set) ?? 0) >= MOST_BROKEN) return { on: 'infrastructure', with: [] }
  const on = set & ~bit(i)
  const ahead = members(on).map(at => order[at]!.key)
  // Whatever stands on a red set whose inside is being searched would be red again.
  if ((on & done.unclear) !== 0n) return { on: 'unclear', with: ahead }
  if (!evidence.failed.has(set)) return null
  if (on === 0n) {
    done.faulty.push(i)
    return { on: 'suspected', with: [] }
  }
  if (evidence.passed.has(on) || evidence.running.has(on)) return { on: 'suspected', with: ahead }
  if (count(set) === 2) {
    done.pairs.push({ first: members(on)[0]!, second: i })
    return { on: 'suspected', with: ahead }
  }
  done.unclear |= set
  return { on: 'unclear', with: ahead }
}
