import { type Books, estimateAll, type Grant } from '../accounts/books.ts'
import { dayOf, type Totals } from '../accounts/usage.ts'
import type { Config } from '../config/config.ts'
import { waitsForPeople } from '../landing/standing.ts'
import type { TaskId } from '../names.ts'
import { isJudgeDue } from '../steps/judge.ts'
import { explainShort } from '../words/budget.ts'
import { explainReviews } from '../words/schedule.ts'
import type { Instant, TaskFacts, World } from '../world.ts'
import { chooseFirst, type Step } from './ahead.ts'
import {
  type Asking,
  type Candidate,
  isInFlight,
  type Ready,
  type Running,
  toReady,
  toReview,
  toReviewer,
  toRunning,
} from './candidate.ts'
import { type Closing, type Desk, openDesk, type PoolFacts } from './desk.ts'
import { tellLate } from './late.ts'
import { type Leases, openLeases } from './leases.ts'
import type { Left } from './left.ts'
import type { Node } from './node.ts'
import { openPlaces, type Places } from './places.ts'
import type { Scheduler } from './scheduler.ts'
import { type Coupling, heldWrites, type WriteSet, withCoupled } from './scope.ts'
import { pressure } from './urgency.ts'

/** What a task may do now: go, where it is ready, with so much room in the budgets; or wait, for what. */
export type Turn = Grant | Wait
type Wait = { is: 'wait'; on: 'capacity' | 'scope' | 'budget' | 'blockers'; why: string }

export type Setting = {
  world: World
  config: Config
  now: Instant
  scheduler: Scheduler
  couplings: readonly Coupling[]
  books: Books
  totals: Totals
  left: Left
  /** Why a task has nothing to begin on as things are; null where it has. */
  groundless(task: TaskFacts): string | null
}

/** `pool`: what becomes of the books of the pool; null where there is none. */
export type Admission = { turns: ReadonlyMap<TaskId, Turn>; pool: Closing | null }

/**
 * Which ready tasks start now: the most pressing first, as far as there are places and nobody at work may write the same
 * files, and as the budgets have room. Where more are ready than can start, a look ahead may find a better beginning.
 */
export function admit(candidates: readonly Candidate[], setting: Setting): Admission {
  const { world, left, now, config } = setting
  const turns = new Map(tellLate(candidates, { world, left, now, most: config.limits.parallel }))
  const ready = candidates.flatMap(toReady)
  const reviews = candidates.flatMap(toReview)
  if (ready.length + reviews.length === 0 && setting.world.pool === null) return { turns, pool: null }
  const house = openHouse(candidates, setting, [...ready, ...reviews])
  // What is nearly done comes before what would begin; it holds its files already.
  for (const one of reviews) {
    const turn = findNoPlace(one, house) ?? spend(one, house)
    if (turn.is === 'go') takePlaces(one, house)
    turns.set(one.task.id, turn)
  }
  keepWay(house, ready)
  for (const one of takeTurns(house, ready)) {
    const turn = refuse(one, house) ?? spend(one, house)
    if (turn.is === 'go') begin(one, house)
    turns.set(one.task.id, turn)
  }
  const pool = house.desk?.close() ?? null
  for (const { task, place } of [...reviews, ...ready]) {
    const why = pool?.waits.get(place)
    if (why !== undefined) turns.set(task.id, { is: 'wait', on: 'capacity', why })
  }
  return { turns, pool }
}

/** What the merge job is at, or is to be asked about: what is about to land comes before what would begin. */
function countJudged(candidates: readonly Candidate[], { world: { judge }, now }: Setting): number {
  const due = candidates.filter(({ state }) => state.is === 'proposed' && isJudgeDue(state, judge, now))
  return due.length + (judge?.underWay ?? 0)
}

type House = {
  setting: Setting
  places: Places
  desk: Desk | null
  leases: Leases
  /** Pull requests that wait for people. */
  reviews: number
  /** Pull requests that agents review just now. */
  reviewers: number
  judged: number
  running: readonly Running[]
  /** What was asked for already. */
  writes: Map<TaskFacts, WriteSet>
}

function openHouse(
  candidates: readonly Candidate[],
  setting: Setting,
  wishes: readonly { place: string }[],
): House {
  const running = candidates.flatMap(toRunning)
  const reviewers = candidates.filter(({ state }) => state.is === 'proposed').flatMap(toReviewer)
  const busy = [...running, ...reviewers, ...setting.left.takers]
  const { pool } = setting.world
  const desk = pool === null ? null : sitDown(setting, pool, { busy, wishes })
  const places = openPlaces(setting.config, desk)
  for (const { taker } of busy) places.take(taker)
  const judged = countJudged(candidates, setting)
  for (let n = 0; n < judged; n++) places.take({ agents: [], epic: null })
  const reviews = candidates.filter(({ state }) => state.is === 'proposed' && waitsForPeople(state))
  const { meet, graph } = setting.scheduler
  const house: House = {
    setting,
    places,
    desk,
    leases: openLeases(meet, node => !graph.isFree(node)),
    reviews: reviews.length,
    reviewers: reviewers.length,
    judged,
    running,
    writes: new Map(),
  }
  for (const { node, task } of candidates.filter(isInFlight)) {
    house.leases.take({ node, writes: () => writesOf(house, task) })
  }
  return house
}

type Present = { busy: readonly { place: string | null }[]; wishes: readonly { place: string }[] }

function sitDown(
  { world: { repo, tasks }, now }: Setting,
  facts: PoolFacts,
  { busy, wishes }: Present,
): Desk {
  const ready = new Set(wishes.map(({ place }) => place))
  return openDesk({
    facts,
    id: `${repo.id}`,
    now,
    busy: busy.flatMap(({ place }) => place ?? []),
    ready,
    tasks,
  })
}

/** What it holds, or would hold. */
function writesOf({ setting, writes }: House, task: TaskFacts): WriteSet {
  const known = writes.get(task)
  if (known !== undefined) return known
  const { scheduler, couplings } = setting
  const made = withCoupled(heldWrites(task, scheduler.predict(task)), couplings)
  writes.set(task, made)
  return made
}

function refuse(one: Ready, house: House): Wait | null {
  const { node, task } = one
  const { limits } = house.setting.config
  const full = findNoPlace(one, house)
  if (full !== null) return full
  const why = house.setting.groundless(task)
  if (why !== null) return { is: 'wait', on: 'blockers', why }
  // What has a pull request already goes on with it: that is how reviews and leases come to an end.
  if (task.pull?.state === 'open') return null
  if (house.reviews >= limits.reviews)
    return { is: 'wait', on: 'capacity', why: explainReviews(house.reviews) }
  const taken = house.leases.taken({ node, writes: () => writesOf(house, task) })
  return taken === null ? null : { is: 'wait', on: 'scope', why: taken }
}

function findNoPlace({ taker }: Ready, { places }: House): Wait | null {
  const full = places.full(taker)
  return full === null ? null : { is: 'wait', on: 'capacity', why: full }
}

function spend(one: Ready, house: House): Turn {
  const { who, asked } = askFor(one, house)
  if (asked.is === 'short') return { is: 'wait', on: 'budget', why: explainShort(asked, one.payer.by.login) }
  house.setting.books.take(who, asked.reserved)
  return asked
}

function askFor({ task, taker, payer }: Ready, { setting }: House) {
  const { config, books, totals, now } = setting
  const who = { task: task.id, epic: payer.epic, user: payer.by.id, day: dayOf(now) }
  return { who, asked: books.ask(who, estimateAll(taker.agents, config, totals)) }
}

/** How long after it was asked for a task may be passed by others that write the same files. Milliseconds. */
const PATIENCE = 24 * 3_600_000

/**
 * One that writes many files would never start while smaller ones come and go among them. After a day the one that waits
 * longest holds its files as if it were at work: what is at work ends, and nothing else begins there before it. Only one, and
 * only where nothing but files is missing, so that little has to wait for it.
 */
function keepWay(house: House, ready: readonly Ready[]): void {
  const askedAt = ({ task }: Ready) => task.record?.approval?.at ?? house.setting.now
  const late = ready.filter(one => house.setting.now - askedAt(one) >= PATIENCE)
  const first = late
    .toSorted((a, b) => askedAt(a) - askedAt(b))
    .find(one => refuse(one, house)?.on === 'scope' && askFor(one, house).asked.is !== 'short')
  if (first !== undefined) house.leases.take({ node: first.node, writes: () => writesOf(house, first.task) })
}

/**
 * Whoever has no place in the pool yet asks for one, last of all: what stands in its way here is no wish for a place. It is in
 * the way of others here as if it had begun, as they would only wait too.
 */
function takePlaces({ taker, place }: Ready, { places, desk }: House): void {
  places.take(taker)
  desk?.enter(place)
}

function begin(one: Ready, house: House): void {
  const { node, task } = one
  takePlaces(one, house)
  house.leases.take({ node, writes: () => writesOf(house, task) })
}

/** The plain rule's order; where a choice has to be made, those first that begin the best schedule. */
function takeTurns(house: House, ready: readonly Ready[]): readonly Ready[] {
  const free = ready.filter(one => refuse(one, house) === null)
  if (free.length < 2) return ready
  const urgencies = house.setting.scheduler.urgency()
  const presses = new Map(free.map(one => [one, pressure(urgencies.of(one.node))]))
  free.sort(
    (a, b) =>
      presses.get(b)! - presses.get(a)! ||
      a.task.issue.createdAt - b.task.issue.createdAt ||
      a.task.issue.number - b.task.issue.number,
  )
  const taken = house.running.length + house.reviewers + house.judged + house.setting.left.takers.length
  const room = house.setting.config.limits.parallel - taken
  const first = free.length > room ? lookAhead(house, free) : new Set()
  const begins = ({ node }: Ready) => first.has(node)
  return [
    ...free.filter(begins),
    ...free.filter(one => !begins(one)),
    ...ready.filter(one => !presses.has(one)),
  ]
}

/** So many of the most pressing are looked at together, and so many tasks in all. */
const MOST_READY = 40
const MOST_STEPS = 100

function lookAhead(house: House, free: readonly Ready[]): ReadonlySet<Node> {
  const { running, setting } = house
  const chosen = free.slice(0, MOST_READY)
  const step = (one: Asking): Step => toStep(house, one)
  return chooseFirst({
    running: running.map(one => {
      const { lasts, ...rest } = step(one)
      return { ...rest, lasts: Math.max(1, lasts - (setting.now - one.since) / 60_000) }
    }),
    ready: chosen.map(step),
    following: findFollowing(house, chosen).map(step),
    meet: setting.scheduler.meet,
  })
}

function toStep(house: House, { node, task, taker }: Asking): Step {
  const { graph, urgency } = house.setting.scheduler
  const presses = urgency().of(node)
  const places = house.places.of(taker)
  const writes = writesOf(house, task)
  return { node, after: graph.followers(node), urgency: presses, lasts: presses.lasts, places, writes }
}

/** What can start when those have ended, and so on. */
function findFollowing({ running, setting }: House, chosen: readonly Ready[]): Asking[] {
  const known = new Set([...running, ...chosen].map(({ node }) => node))
  const following: Asking[] = []
  for (const before of known) {
    for (const node of setting.scheduler.graph.followers(before)) {
      const { facts: task } = node
      if (known.size >= MOST_STEPS || task === null || node.circle !== null || known.has(node)) continue
      if (task.issue.container || !node.before.every(before => known.has(before))) continue
      known.add(node)
      const agent = task.record?.approval?.agent ?? setting.config.default_agent
      const others = setting.config.agents[agent]?.race ?? []
      following.push({ node, task, taker: { agents: [agent, ...others], epic: task.issue.parent } })
    }
  }
  return following
}
