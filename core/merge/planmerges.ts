import { type Bits, count, members, within } from './bits.ts'
import { type Edges, readEdges } from './edges.ts'
import { type Evidence, keysOf, readEvidence } from './evidence.ts'
import { arrange } from './order.ts'
import type { Policy } from './policy.ts'
import type { Item, Run, Snapshot } from './snapshot.ts'
import { type Wait, type Walk, walk } from './walk.ts'
import { listWants, type Want } from './wants.ts'

/** What is to be done about the queue now. Nothing is remembered: the same snapshot gives the same outcome. */
export type Outcome = {
  /** Judged green as they are: may land now, each in its order of members. Two of them have nothing to do with one another. */
  land: readonly { run: string; members: readonly Item[] }[]
  /** Combinations to judge, parents first, on the present base. */
  start: readonly { members: readonly Item[] }[]
  /** Runs that nobody waits for any more. */
  cancel: readonly string[]
  /** Runs, also those that have ended, that say nothing about what would land now. */
  worthless: readonly string[]
  /** Red by their own fault: tried once more, by itself, or sent back. */
  failed: readonly { item: Item; next: 'retry' | 'return' }[]
  /** The one reason of each item that does not land now, by id. */
  waits: ReadonlyMap<string, Wait>
}

/** Planner of merging.md 2.9, after Zuul's walk, Mergify's prefixes and SubmitQueue's content keys. Pure. */
export function planMerges(snapshot: Snapshot): Outcome {
  const { order, circular } = arrange(snapshot.queue)
  const edges = readEdges(order, snapshot)
  const evidence = readEvidence(order, edges, snapshot)
  const walked = walk(order, { snapshot, edges, evidence })
  const waits = new Map(walked.waits)
  for (const item of circular) waits.set(item.id, { on: 'circular', with: item.parents })
  const landing = snapshot.frozen ? [] : chooseLandings(walked, { edges, evidence, policy: snapshot.policy })
  const failed = walked.faulty.map(i => judgeFault(order[i]!))
  // What lands changes what everything else stands on: the rest is planned when it has landed.
  const { worthless } = evidence
  if (landing.length > 0) return { ...landOutcome(walked, landing, waits), worthless, failed }
  const wants = listWants({ snapshot, evidence, walk: walked })
  return { land: [], ...allot(snapshot, { order, evidence, wants, waits }), worthless, failed }
}

function judgeFault(item: Item): Outcome['failed'][number] {
  return { item, next: item.failures === 0 ? 'retry' : 'return' }
}

type Landing = { set: Bits; run: Run }

/** The largest green combinations whose members nothing else is against; none has to do with another. */
function chooseLandings(
  { alive, stands }: Walk,
  { edges, evidence, policy }: { edges: Edges; evidence: Evidence; policy: Policy },
): Landing[] {
  const larger = policy.voids ? [...evidence.running.keys()].filter(set => within(set, alive)) : []
  const green = [...evidence.passed]
    .filter(([set]) => within(set, alive) && members(set).every(i => within(stands[i]!, set)))
    // Where a landing would throw away a longer combination that is still being judged, that one is awaited.
    .filter(([set]) => !larger.some(other => other !== set && within(set, other)))
    .map(([set, run]) => ({ set, run, size: count(set) }))
    .sort((a, b) => b.size - a.size)
  const chosen: Landing[] = []
  let taken = 0n
  for (const { set, run } of green) {
    if ((set & taken) !== 0n || touchesAny(edges, set, taken) || touchesAny(edges, taken, set)) continue
    chosen.push({ set, run })
    taken |= set
  }
  return chosen
}

function touchesAny(edges: Edges, set: Bits, others: Bits): boolean {
  return members(set).some(i => (edges.ahead(i) & others) !== 0n)
}

function landOutcome(
  { order, alive }: Walk,
  landing: readonly Landing[],
  waits: Map<string, Wait>,
): Omit<Outcome, 'failed' | 'worthless'> {
  const taken = landing.reduce((all, { set }) => all | set, 0n)
  for (const i of members(alive & ~taken)) {
    waits.set(order[i]!.id, { on: 'landing', with: keysOf(order, taken) })
  }
  const land = landing.map(({ set, run }) => ({ run: run.id, members: members(set).map(i => order[i]!) }))
  return { land, start: [], cancel: [], waits }
}

type Allotting = {
  order: readonly Item[]
  evidence: Evidence
  wants: readonly Want[]
  waits: Map<string, Wait>
}

/** Slots go to the most wanted; what runs keeps its own, and what is cancelled holds it until it has ended. */
function allot(
  { runs, slots, frozen }: Snapshot,
  { order, evidence, wants, waits }: Allotting,
): Pick<Outcome, 'start' | 'cancel' | 'waits'> {
  const wanted = new Set(wants.map(({ set }) => evidence.running.get(set)?.id))
  const under = runs.filter(({ state }) => state === 'running' || state === 'ending')
  const cancel = under.filter(({ id, state }) => state === 'running' && !wanted.has(id)).map(({ id }) => id)
  let free = slots - under.length
  const start: { members: readonly Item[] }[] = []
  for (const { set, for: waiting } of wants) {
    const isRunning = evidence.running.has(set)
    const starts = !isRunning && free > 0
    if (starts) {
      start.push({ members: members(set).map(i => order[i]!) })
      free -= 1
    }
    for (const i of waiting) {
      if (!waits.has(order[i]!.id))
        waits.set(order[i]!.id, { on: isRunning || starts ? 'run' : 'slot', with: keysOf(order, set) })
    }
  }
  for (const item of order) {
    if (!waits.has(item.id)) waits.set(item.id, { on: frozen ? 'freeze' : 'window', with: [] })
  }
  return { start, cancel, waits }
}
