import { LANES_AT_ONCE } from '../../core/landing/lanes.ts'
import { type Outcome, planMerges } from '../../core/merge/planmerges.ts'
import { POLICIES, type Policy, type PolicyName } from '../../core/merge/policy.ts'
import { type Item, printPair } from '../../core/merge/snapshot.ts'
import { moveWindow } from '../../core/merge/window.ts'
import { askAgain, bringOwn, isByApp, listRuns, startByApp, update } from './app.ts'
import { learn, openLanes, placesOf, policyNow } from './lanes.ts'
import { settleOracle } from './oracle.ts'
import { createRandom } from './random.ts'
import { giveRunners, isUnderWay, type Live, nextEnd } from './runners.ts'
import { arrivalOf, begin, freeRunners, type History, leave, rename, type State } from './state.ts'
import { createTip, judgeTip, landOn, nextTipEnd, type Tip } from './tip.ts'
import { breaksWith, isGuilty, isRed } from './truth.ts'
import type { Arrival, Model, Project } from './world.ts'
import { ZUUL } from './zuul.ts'

export const SIMULATED = [...(Object.keys(POLICIES) as PolicyName[]), 'oracle'] as const
export type Simulated = (typeof SIMULATED)[number]

export type Over = Partial<Policy & Pick<State, 'plan' | 'halves'>>

/**
 * Replays the arrivals through the planner that lands in production, until all is decided or the time is over.
 * @param over what is to be another than in that policy
 */
export function simulate(
  model: Model,
  project: Project,
  name: Simulated,
  { plan, halves, ...over }: Over = {},
): History {
  // What the oracle does is its own; it has no integration branch.
  const by =
    name === 'zuul'
      ? ZUUL
      : { policy: POLICIES[name === 'oracle' ? 'serial' : name], plan: planMerges, halves: 'red' as const }
  const policy: Policy = { ...by.policy, ...over }
  const tip = policy.shape === 'lanes' ? createTip() : null
  const history: History = { fates: new Map(), runs: 0, broken: 0, untested: 0, queue: [], tip, end: 0 }
  const state: State = {
    model,
    project,
    policy,
    plan: plan ?? by.plan,
    halves: halves ?? by.halves,
    lanes: openLanes(policy),
    oracle: name === 'oracle',
    random: createRandom(model.seed ^ 0x5f3759df),
    now: 0,
    waiting: [],
    landed: [],
    made: new Map(),
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
    const end = Math.min(nextEnd(state.runs), tip === null ? Number.POSITIVE_INFINITY : nextTipEnd(tip))
    const at = Math.min(arrival?.at ?? Number.POSITIVE_INFINITY, end)
    if (at > limit || at === Number.POSITIVE_INFINITY) break
    state.now = at
    while (project.arrivals[next] !== undefined && project.arrivals[next]!.at <= at)
      arrive(state, project.arrivals[next++]!)
    for (const run of state.runs)
      if (isUnderWay(run) && run.end !== null && run.end <= at) conclude(state, run)
    if (state.oracle) settleOracle(state)
    else settle(state)
    if (tip !== null) look(state, tip)
    giveRunners(state.runs, freeRunners(state), at)
    history.queue.push({ at, waiting: state.waiting.length })
  }
  history.end = state.now
  return history
}

function arrive(state: State, arrival: Arrival): void {
  const key = String(arrival.number)
  const item: Item = {
    id: key,
    key,
    parents: [],
    surface: placesOf(state.lanes, arrival),
    rank: arrival.at,
    failures: 0,
  }
  state.made.set(arrival.number, state.landed.length)
  const waiting = state.waiting.map(one => one.arrival)
  if (state.model.ownCi) bringOwn(state, arrival)
  const isKnown = state.oracle ? isGuilty(state, arrival, waiting) : state.model.ownCi && arrival.bad
  if (isKnown) {
    leave(state, arrival, { is: 'returned', guilty: true })
    return
  }
  for (const other of state.waiting) {
    if (state.project.relate(other.arrival, arrival) === 'textual')
      state.collisions.add(printPair(other.item.key, key))
  }
  state.waiting.push({ arrival, item })
}

/** CI's word. */
function conclude(state: State, run: Live): void {
  if (run.state === 'ending') {
    state.runs = state.runs.filter(one => one !== run)
    return
  }
  const members = run.members.flatMap(key => arrivalOf(state, key) ?? [])
  const red = isRed(state, members, run.after)
  run.state = red || (!state.oracle && state.random.unit() < state.model.flake) ? 'failed' : 'passed'
  if (run.state === 'failed' && isByApp(state) && members.length === 1) askAgain(state, run, members[0]!)
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
    const outcome = state.plan({
      policy: state.policy,
      queue,
      landed: state.landedKeys,
      runs: listRuns(state),
      // The app does not know how many runners there are.
      slots: isByApp(state) ? LANES_AT_ONCE : freeRunners(state),
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
      failed: outcome.failed.filter(({ next }) => state.halves === 'red' || next === 'return').length,
    })
    start(state, outcome)
    if (landed.length === 0 && outcome.failed.length === 0) return
  }
}

/** Those that no longer merge with what landed: seen at once, and without CI. */
function sendBackCollided(state: State): void {
  for (const { arrival } of [...state.waiting]) {
    if (breaksWith(state, arrival) === 'textual') leave(state, arrival, { is: 'returned', guilty: true })
  }
}

function land(state: State, { run, members }: Outcome['land'][number]): void {
  const { tip } = state.history
  const judged = state.runs.find(one => one.id === run)!
  const since = state.landedKeys.slice(judged.after)
  if (since.some(one => !judged.members.includes(one.key))) state.history.untested += members.length
  for (const item of members) {
    const arrival = arrivalOf(state, item.key)!
    const breaks = isGuilty(state, arrival, [])
    if (breaks) state.history.broken += 1
    if (tip !== null) landOn(tip, item.key, { breaks, now: state.now })
    leave(state, arrival, { is: 'landed' })
    state.landed.push({ arrival, at: state.now })
    state.landedKeys.push({ key: item.key, surface: item.surface })
  }
}

function fault(state: State, item: Item, next: 'retry' | 'return'): void {
  const queued = state.waiting.find(one => one.item.key === item.key)
  if (queued === undefined) return
  if (isByApp(state)) {
    update(state, queued)
    return
  }
  if (next === 'return') {
    leave(state, queued.arrival, { is: 'returned', guilty: isGuilty(state, queued.arrival, []) })
    return
  }
  rename(state, queued, { failures: item.failures + 1, rank: state.now })
}

function start(state: State, { start: wanted, cancel }: Outcome): void {
  for (const run of state.runs.filter(one => cancel.includes(one.id))) {
    // What is judged by its own CI comes to its end.
    if (isByApp(state) && run.members.length === 1) continue
    if (state.model.ending === 0 || !isUnderWay(run)) state.runs = state.runs.filter(one => one !== run)
    else Object.assign(run, { state: 'ending', end: state.now + state.model.ending })
  }
  const sets = wanted.map(({ members }) => members)
  if (isByApp(state)) startByApp(state, sets)
  else for (const members of sets) begin(state, members)
}

/** Runs about somebody who has left say nothing any more; what landed before all others were built need not be known. */
function forget(state: State, queue: readonly Item[]): void {
  const keys = new Set(queue.map(item => item.key))
  state.runs = state.runs.filter(
    run => isUnderWay(run) || (run.members.some(key => keys.has(key)) && run.state !== 'broken'),
  )
}
