import { type Outcome, planMerges } from '../../core/merge/planmerges.ts'
import { POLICIES, type Policy, type PolicyName } from '../../core/merge/policy.ts'
import { type Item, printPair, type Run } from '../../core/merge/snapshot.ts'
import { moveWindow } from '../../core/merge/window.ts'
import { type Lanes, learn, openLanes, placesOf, policyNow } from './lanes.ts'
import { createRandom, type Random } from './random.ts'
import { takeMinutes } from './runtime.ts'
import { countRunners, createTip, judgeTip, landOn, nextTipEnd, type Tip } from './tip.ts'
import type { Arrival, Model, Project } from './world.ts'

export const SIMULATED = [...(Object.keys(POLICIES) as PolicyName[]), 'oracle'] as const
export type Simulated = (typeof SIMULATED)[number]

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

type Queued = { arrival: Arrival; item: Item }
type Live = Run & { end: number }
type State = {
  model: Model
  project: Project
  /** In force now. */
  policy: Policy
  lanes: Lanes
  oracle: boolean
  random: Random
  now: number
  waiting: Queued[]
  landed: { arrival: Arrival; at: number }[]
  landedKeys: Pick<Item, 'key' | 'surface'>[]
  runs: Live[]
  collisions: Set<string>
  window: number
  history: History
}

/**
 * Replays the arrivals through the planner that lands in production, until all is decided or the time is over.
 * @param over what is to be another than in that policy
 */
export function simulate(
  model: Model,
  project: Project,
  name: Simulated,
  over: Partial<Policy> = {},
): History {
  const policy: Policy = { ...(name === 'oracle' ? POLICIES.lanes : POLICIES[name]), ...over }
  const tip = policy.shape === 'lanes' && name !== 'oracle' ? createTip() : null
  const history: History = { fates: new Map(), runs: 0, broken: 0, untested: 0, queue: [], tip, end: 0 }
  const state: State = {
    model,
    project,
    policy,
    lanes: openLanes(policy),
    oracle: name === 'oracle',
    random: createRandom(model.seed ^ 0x5f3759df),
    now: 0,
    waiting: [],
    landed: [],
    landedKeys: [],
    runs: [],
    collisions: new Set(),
    window: policy.window.start,
    history,
  }
  const limit = model.burst === null ? model.hours * 60 : Number.POSITIVE_INFINITY
  let next = 0
  for (;;) {
    const arrival = project.arrivals[next]
    const at = Math.min(arrival?.at ?? Number.POSITIVE_INFINITY, nextEnd(state))
    if (at > limit || at === Number.POSITIVE_INFINITY) break
    state.now = at
    while (project.arrivals[next] !== undefined && project.arrivals[next]!.at <= at)
      arrive(state, project.arrivals[next++]!)
    for (const run of state.runs) if (isUnderWay(run) && run.end <= at) end(state, run)
    settle(state)
    if (tip !== null) look(state, tip)
    history.queue.push({ at, waiting: state.waiting.length })
  }
  history.end = state.now
  return history
}

function nextEnd({ runs, history: { tip } }: State): number {
  const tipEnd = tip === null ? Number.POSITIVE_INFINITY : nextTipEnd(tip)
  return runs.reduce((end, run) => (isUnderWay(run) ? Math.min(end, run.end) : end), tipEnd)
}

function isUnderWay({ state }: Run): boolean {
  return state === 'running' || state === 'ending'
}

function arrive(state: State, arrival: Arrival): void {
  const key = String(arrival.number)
  const item: Item = {
    id: key,
    key,
    parents: [],
    surface: state.oracle ? [] : placesOf(state.lanes, arrival),
    rank: arrival.at,
    failures: 0,
  }
  if (state.oracle && isGuilty(state, arrival, [...state.waiting.map(one => one.arrival)])) {
    state.history.fates.set(arrival.number, { arrival, at: state.now, is: 'returned', guilty: true })
    return
  }
  for (const other of state.waiting) {
    if (state.project.relate(other.arrival, arrival) === 'textual')
      state.collisions.add(printPair(other.item.key, key))
  }
  state.waiting.push({ arrival, item })
}

/** Bad by itself, or broken with what landed since it came, or with one of `others`. */
function isGuilty({ project, landed }: State, arrival: Arrival, others: readonly Arrival[]): boolean {
  if (arrival.bad) return true
  if (others.some(other => other !== arrival && relation(project, other, arrival) !== 'none')) return true
  return landed.some(one => one.at > arrival.at && relation(project, one.arrival, arrival) !== 'none')
}

function relation(project: Project, a: Arrival, b: Arrival): ReturnType<Project['relate']> {
  return a.number < b.number ? project.relate(a, b) : project.relate(b, a)
}

/** CI's word: about the members, with one another and with what landed since each of them came. */
function end(state: State, run: Live): void {
  if (run.state === 'ending') {
    state.runs = state.runs.filter(one => one !== run)
    return
  }
  const members = run.members.flatMap(key => arrivalOf(state, key) ?? [])
  const below = state.landed.slice(0, run.after)
  const red =
    members.some(one => one.bad) ||
    members.some((one, i) =>
      members.slice(i + 1).some(other => relation(state.project, one, other) !== 'none'),
    ) ||
    members.some(one =>
      below.some(other => other.at > one.at && relation(state.project, other.arrival, one) !== 'none'),
    )
  run.state = red || (!state.oracle && state.random.unit() < state.model.flake) ? 'failed' : 'passed'
}

function arrivalOf(state: State, key: string): Arrival | null {
  return state.project.arrivals[Number.parseInt(key, 10) - 1] ?? null
}

/** What a red landing teaches counts for those that wait, and for what landed. */
function look(state: State, tip: Tip): void {
  judgeTip(tip, state)
  if (!learn(state.lanes, tip, state.landed)) return
  const surface = ({ key }: { key: string }) => placesOf(state.lanes, arrivalOf(state, key)!)
  for (const queued of state.waiting) queued.item = { ...queued.item, surface: surface(queued.item) }
  state.landedKeys = state.landedKeys.map(({ key }) => ({ key, surface: surface({ key }) }))
}

function choosePolicy(state: State, tip: Tip): void {
  const policy = policyNow(state.lanes, tip, state)
  if (policy === state.policy) return
  state.policy = policy
  state.window = policy.window.start
}

/** Plans and does, until nothing is left to do now. */
function settle(state: State): void {
  const { tip } = state.history
  if (tip !== null) choosePolicy(state, tip)
  for (;;) {
    sendBackCollided(state)
    const queue = state.waiting.map(one => one.item)
    forget(state, queue)
    const outcome = planMerges({
      policy: state.policy,
      queue,
      landed: state.landedKeys,
      runs: state.runs,
      // One budget: the judgement of the integration branch has its runners of it.
      slots: Math.max(1, state.model.runners - (tip === null ? 0 : countRunners(tip))),
      window: state.window,
      collisions: state.collisions,
      coupled: new Set(),
      frozen: false,
    })
    const landed = outcome.land.flatMap(({ members }) => members)
    for (const one of outcome.land) land(state, one)
    for (const { item, next } of outcome.failed) fault(state, item, next)
    state.window = moveWindow(state.policy, state.window, {
      landed: landed.length,
      failed: outcome.failed.length,
    })
    start(state, outcome)
    if (landed.length === 0 && outcome.failed.length === 0) return
  }
}

/** Those that no longer merge with what landed: seen at once, and without CI. */
function sendBackCollided(state: State): void {
  for (const { arrival } of [...state.waiting]) {
    const collided = state.landed.some(
      one => one.at > arrival.at && relation(state.project, one.arrival, arrival) === 'textual',
    )
    if (collided) leave(state, arrival, { is: 'returned', guilty: true })
  }
}

function leave(
  state: State,
  arrival: Arrival,
  fate: { is: 'landed' } | { is: 'returned'; guilty: boolean },
): void {
  state.waiting = state.waiting.filter(one => one.arrival !== arrival)
  state.history.fates.set(arrival.number, { arrival, at: state.now, ...fate })
}

function land(state: State, { run, members }: Outcome['land'][number]): void {
  const { tip } = state.history
  const judged = state.runs.find(one => one.id === run)!
  const since = state.landedKeys.slice(judged.after)
  if (since.some(one => !judged.members.includes(one.key))) state.history.untested += members.length
  for (const item of members) {
    const arrival = arrivalOf(state, item.key)!
    const breaks = state.landed.some(
      one => one.at > arrival.at && relation(state.project, one.arrival, arrival) !== 'none',
    )
    if (breaks || arrival.bad) state.history.broken += 1
    if (tip !== null) landOn(tip, item.key, { breaks: breaks || arrival.bad, now: state.now })
    leave(state, arrival, { is: 'landed' })
    state.landed.push({ arrival, at: state.now })
    state.landedKeys.push({ key: item.key, surface: item.surface })
  }
}

function fault(state: State, item: Item, next: 'retry' | 'return'): void {
  const queued = state.waiting.find(one => one.item.key === item.key)
  if (queued === undefined) return
  if (next === 'return') {
    leave(state, queued.arrival, { is: 'returned', guilty: isGuilty(state, queued.arrival, []) })
    return
  }
  const key = `${queued.arrival.number}'`
  for (const pair of [...state.collisions]) {
    const [a, b] = pair.split(' ') as [string, string]
    if (a === item.key) state.collisions.add(printPair(key, b))
    if (b === item.key) state.collisions.add(printPair(a, key))
  }
  queued.item = { ...item, key, failures: item.failures + 1, rank: state.now }
}

function start(state: State, { start: wanted, cancel }: Outcome): void {
  for (const run of state.runs.filter(one => cancel.includes(one.id))) {
    if (state.model.ending === 0) state.runs = state.runs.filter(one => one !== run)
    else Object.assign(run, { state: 'ending', end: state.now + state.model.ending })
  }
  for (const { members } of wanted) {
    state.history.runs += 1
    const length = takeMinutes(state.model, state.random)
    state.runs.push({
      id: String(state.history.runs),
      members: members.map(item => item.key),
      after: state.landed.length,
      state: 'running',
      end: state.now + length,
    })
  }
}

/** Runs about somebody who has left say nothing any more; what landed before all others were built need not be known. */
function forget(state: State, queue: readonly Item[]): void {
  const keys = new Set(queue.map(item => item.key))
  state.runs = state.runs.filter(
    run => isUnderWay(run) || (run.members.some(key => keys.has(key)) && run.state !== 'broken'),
  )
}
