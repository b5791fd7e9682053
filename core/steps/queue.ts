import type { GateFact } from '../check.ts'
import type { Effect } from '../effect.ts'
import type { EntryFacts, QueueFacts } from '../landing/queuefacts.ts'
import { GATE_CHECK, type TaskId } from '../names.ts'
import type { GateText } from '../words/gate.ts'
import { NO_QUEUE, QUEUED_FIRST, writeGroup, writeLeftQueue, writeQueued } from '../words/queue.ts'
import type { Instant, PullFacts, Sha, World } from '../world.ts'

type Land = Extract<Effect, { do: 'land' }>
/** A pull request of ours, and whose. `isAttempt`: it shows what an agent did, and takes nothing back. */
type Ours = { task: TaskId; pull: PullFacts; isAttempt: boolean }

/**
 * Where GitHub's merge queue lands what is merged: what would land is added to the queue, once, and looked after until it has
 * landed or left; what may not land any more is taken out. The gate is green on each group of which every member may land.
 */
export function steerQueue(effects: readonly Effect[], world: World, now: Instant): readonly Effect[] {
  const ours = listOurs(world)
  const lands = effects
    .filter(effect => effect.do === 'land')
    .filter(({ into }) => into === world.repo.target.branch)
  const steered = lands.flatMap(land => steer(land, { world, now, ours }))
  const waiting = new Set(lands.map(land => land.task))
  const others = effects.filter(effect => {
    if (effect.do === 'land') return !lands.includes(effect)
    // Not landed yet, and not shown as such.
    return effect.do !== 'label' || !waiting.has(effect.task)
  })
  const kept = [...others, ...steered]
  const leaving = world.queue === null ? [] : findLeaving(kept, lands, { world, ours })
  const all = [...leaving, ...kept]
  return [...all, ...gateGroups(all, { world, ours })]
}

function listOurs({ tasks }: World): ReadonlyMap<number, Ours> {
  const pulls = tasks.flatMap(({ id: task, pull, revert }) => [
    ...(pull?.state === 'open' ? [{ task, pull, isAttempt: true }] : []),
    ...(revert !== null && revert !== 'clash' && revert.pull.state === 'open'
      ? [{ task, pull: revert.pull, isAttempt: false }]
      : []),
  ])
  return new Map(pulls.map(one => [one.pull.number, one]))
}

/** How often one head is put in by itself. */
const MOST_TRIES = 2
const TRY = /^queue (\d) /

/** How often this head was put in, as its own gate tells. */
function triesOf(gate: GateFact | null): number {
  return Number(TRY.exec(gate?.key ?? '')?.[1] ?? 0)
}

/** Did we put it in, as its own gate tells? */
export function isPutIn(gate: GateFact | null): boolean {
  return triesOf(gate) > 0
}

/** The gate tells of a try before it is made: a process may have died in between. */
function wasNeverIn({ pull }: Land, gate: GateFact | null, { removals }: QueueFacts): boolean {
  return gate !== null && printIn(triesOf(gate)) === gate.key && !removals.has(pull)
}

function printIn(tries: number): string {
  return `queue ${tries} in`
}

type Steering = { world: World; now: Instant; ours: ReadonlyMap<number, Ours> }

function steer(land: Land, { world, now, ours }: Steering): Effect[] {
  const { queue } = world
  const gate = ours.get(land.pull)?.pull.gate ?? null
  if (queue === null) return say(land, gate, { conclusion: null, key: 'queue none', text: NO_QUEUE })
  const tries = triesOf(gate)
  const entry = queue.entries.find(one => one.pull === land.pull)
  if (entry === undefined) {
    if (wasNeverIn(land, gate, queue)) return [enqueue(land, tries)]
    if (tries < MOST_TRIES) return [enqueue(land, tries + 1)]
    const reason = queue.removals.get(land.pull) ?? null
    if (isRedWithOthers(ours.get(land.pull), reason, world))
      return [{ do: 'update', task: land.task, pull: land.pull, head: land.head }]
    const text = writeLeftQueue(reason)
    return say(land, gate, { conclusion: null, key: `queue ${tries} left`, text })
  }
  // GitHub builds no new group for what is pushed meanwhile.
  const isAnother = entry.head === null ? tries === 0 : entry.head !== land.head
  if (isAnother || isStalled(entry, queue, now)) return [dequeue(land)]
  const key = `queue ${Math.max(1, tries)} ${printPlace(queue, entry)}`
  return say(land, gate, { conclusion: 'success', key, text: writeQueued(queue, entry) })
}

/** In GitHub's own words, of a group of which a required check failed. */
const FAILED = /^(?:failed_checks|ci_failure)$/i

/**
 * Green alone, and red twice on top of what landed: brought up to date, once, its own CI tells of that what its agent needs to mend it,
 * as that of a group is not its own. Not where people would have to review it anew for that.
 */
function isRedWithOthers(one: Ours | undefined, reason: string | null, { rules }: World): boolean {
  if (one === undefined || one.pull.current !== false || one.pull.layers.length > 1) return false
  const costsReviews = rules.approvals > 0 && (rules.dismissStale || rules.lastPush)
  return FAILED.test(reason ?? '') && one.isAttempt && !costsReviews
}

/** What is worth writing anew: far behind, one place more or less is not. */
function printPlace({ entries }: QueueFacts, entry: EntryFacts): string {
  const place = entries.indexOf(entry) + 1
  return place <= 10 ? `at ${place} ${entry.state}` : `at ${Math.floor(place / 10)}0 or more`
}

function enqueue({ task, pull, head, check }: Land, tries: number): Effect {
  return { do: 'enqueue', task, pull, head, check, key: printIn(tries), ...QUEUED_FIRST }
}

function dequeue({ task, pull }: { task: TaskId | null; pull: number }): Effect {
  return { do: 'dequeue', task, pull }
}

type Said = { conclusion: 'success' | null; key: string; text: GateText }

function say({ task, pull, head }: Land, gate: GateFact | null, { conclusion, key, text }: Said): Effect[] {
  if (gate !== null && gate.key === key && gate.conclusion === conclusion) return []
  const check = gate !== null && (gate.status !== 'completed' || conclusion !== null) ? gate.id : null
  return [{ do: 'gate', task, pull, head, check, conclusion, key, ...text }]
}

/** A group for which nothing reports: its event got lost. As long as others take to begin, and a little more. Milliseconds. */
const UNHEARD = 12 * 60_000
/** GitHub itself takes out what is not judged in time; so much later it has not. */
const GRACE = 5 * 60_000

/** The host's queue is known to stand still: then its own remedy is to take the entry out and add it again. */
function isStalled({ state, group }: EntryFacts, { timeout, entries }: QueueFacts, now: Instant): boolean {
  // Behind others this heals when those have left.
  if (state === 'UNMERGEABLE') return entries[0]?.state === state
  if (state !== 'AWAITING_CHECKS' || group === null) return false
  const age = now - group.at
  return (group.reports === 0 && age > UNHEARD) || age > timeout + GRACE
}

type Leaving = Pick<Steering, 'world' | 'ours'>

/** Ours that are in the queue and may not land (any more). */
function findLeaving(effects: readonly Effect[], lands: readonly Land[], { world, ours }: Leaving): Effect[] {
  return (world.queue?.entries ?? []).flatMap(({ pull }) => {
    const one = ours.get(pull)
    if (one === undefined || lands.some(land => land.pull === pull)) return []
    return isGreen(effects, one.pull) ? [] : [dequeue({ task: one.task, pull })]
  })
}

/** With all that is about to be written. */
function isGreen(effects: readonly Effect[], { head, gate }: PullFacts): boolean {
  const said = effects.findLast(effect => effect.do === 'gate' && effect.head === head.sha)
  return (said?.do === 'gate' ? said.conclusion : (gate?.conclusion ?? null)) === 'success'
}

/** Asked for again on the group's own commit, where the gate is required: green only if all that is in it may land. */
function gateGroups(effects: readonly Effect[], { world, ours }: Leaving): Effect[] {
  const { rules, queue } = world
  if (queue === null || !rules.required.some(check => check.name === GATE_CHECK)) return []
  const leaves = new Set(effects.flatMap(effect => (effect.do === 'dequeue' ? effect.pull : [])))
  const inside: number[] = []
  const gates: Effect[] = []
  for (const { pull, group, state } of queue.entries) {
    if (state === 'UNMERGEABLE') continue
    // Who it is GitHub does not tell: perhaps one of ours that has to wait.
    if (pull === 0) break
    inside.push(pull)
    const one = ours.get(pull)
    // Those behind it stand on it.
    if (leaves.has(pull) || (one !== undefined && !isGreen(effects, one.pull))) break
    if (group !== null && group.gate?.conclusion !== 'success') gates.push(gateGroup(group.head, inside))
  }
  return gates
}

function gateGroup(head: Sha, pulls: readonly number[]): Effect {
  return {
    do: 'gate',
    task: null,
    pull: pulls.at(-1)!,
    head,
    check: null,
    conclusion: 'success',
    key: 'group',
    ...writeGroup(pulls),
  }
}

/** What GitHub still thinks about is in its queue all the same: the queue itself finds out whether it merges. */
export function isQueued({ queue }: World, { number }: PullFacts): boolean {
  return queue?.entries.some(entry => entry.pull === number) === true
}
