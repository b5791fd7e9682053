import { type Books, type Budget, chooseTellers, openBooks, printBudget } from './books.ts'
import { type Config, parseConfig } from './config.ts'
import { type Effect, isDisplay } from './effect.ts'
import { type Epic, tellEpic, viewEpic } from './epic.ts'
import { findUnwell } from './health.ts'
import { type Hearing, hearAll } from './hearing.ts'
import { keepNewest, type Learning } from './learning.ts'
import type { Controls, TaskRecord } from './ledger.ts'
import { decide, isAtRest, type Judged, judgeTask, type Move, type Tools, whenToJudgeAgain } from './move.ts'
import type { TaskId } from './names.ts'
import { whenToLook } from './nextlook.ts'
import { once } from './once.ts'
import type { Held } from './orders.ts'
import { isReviewDue } from './review/turn.ts'
import { admit, type Candidate, isInFlight, type Turn } from './schedule/admit.ts'
import { addCouplings, findBreaches } from './schedule/breach.ts'
import type { Node } from './schedule/node.ts'
import { createScheduler, type Scheduler } from './schedule/scheduler.ts'
import type { Coupling } from './schedule/scope.ts'
import type { TaskState } from './state.ts'
import { keepHouse } from './steps/house.ts'
import { keepAlone, keepNoGreen, steerTrains } from './steps/train.ts'
import { keepOneLanding, keepOneUpdate } from './steps/update.ts'
import { learnFrom, tellLearnings } from './teach.ts'
import { addToTotals, type UsageEvent } from './usage.ts'
import type { Instant, TaskFacts, World } from './world.ts'

export type Plan = {
  /** In order: what must be remembered first, displays last. An effect that fails ends what the pass does for its task. */
  effects: readonly Effect[]
  states: ReadonlyMap<TaskId, TaskState>
  epics: ReadonlyMap<TaskId, Epic>
  /** When to look again without being woken; null: when woken. */
  lookAgain: Instant | null
}

/** What becomes of one task while its epic or the repository is held `above`, other issues keep it `blocked` (null: none does) and `held` keeps it back (null: nothing does). `move` null: nothing to do. */
export type Decision = {
  above: Held | null
  blocked: string | null
  wanted: TaskState
  held: Turn | null
  state: TaskState
  move: Move | null
  /** When time alone changes it; null: never. */
  until: Instant | null
}

/** What spares the next plan work; it makes no other difference. See planner.ts. */
export type Memory = { scheduler: Scheduler; resting: Resting }

/** Decisions to do nothing, by the very facts; good for as long as all else that judgement asks for stays the same. */
type Resting = {
  get(task: TaskFacts): Decision | undefined
  set(task: TaskFacts, decision: Decision): unknown
}

export function plan(world: World, tools: Tools, { scheduler, resting }: Memory = forgetful()): Plan {
  const config = world.config.ok ? world.config.value : defaults()
  const { now } = tools
  const { usage: totals, couplings } = world.ledger.controls
  const books = openBooks(world, config, now)
  const tellers = chooseTellers(books, world.ledger)
  const nodes = scheduler.graph.take(world.tasks)
  const blocked = nodes.map(node => scheduler.graph.explain(node))
  const rested = world.tasks.map(task => resting.get(task))
  const hearing = hearAll(world, nodes, { config, tools, isResting: i => rested[i] !== undefined })
  const { frozen } = hearing.controls ?? world.ledger.controls
  const unwell = once(() => findUnwell(world, now))
  const shared = { world, now, frozen, unwell }
  const judge = (i: number) => {
    const task = world.tasks[i]!
    return judgeTask(shared, task, {
      heard: hearing.of(i),
      above: hearing.above[i]!,
      blocked: blocked[i]!,
      nearly: books.nearlyUsed.get(task.id) ?? NONE,
      untold: tellers.get(task.id) ?? NONE,
    })
  }
  const looks = world.tasks.map((task, i) => {
    const known = tellers.size > 0 && tellers.has(task.id) ? undefined : rested[i]
    if (!isGood(known, blocked[i]!, now)) return lookAt(judge(i))
    return known.above?.why === hearing.above[i]?.why ? known : lookAt(judge(i))
  })
  const setting = { config, now, scheduler, couplings, books, totals }
  const candidates = candidatesOf(nodes, looks)
  const turns = admit(candidates, setting)
  // Nothing is added to controls that cannot be believed.
  const trusted = world.ledger.broken.controls === null
  const breaches = trusted ? findBreaches(couplings, candidates.filter(isInFlight), scheduler) : []
  const decisions = world.tasks.map((task, i) => {
    const look = looks[i]!
    const turn = (turns.size > 0 ? turns.get(task.id) : null) ?? null
    const decision =
      'held' in look && isSame(look.held, turn) ? look : settle('held' in look ? judge(i) : look, turn)
    if (decision.move === null && decision !== rested[i]) resting.set(task, decision)
    return decision
  })
  const epics = viewEpics(nodes, decisions)
  return {
    effects: effectsOf(world, tellEpics(decisions, epics), { hearing, breaches, books, tools }),
    states: statesOf(world, decisions),
    lookAgain: whenToLook(world, decisions, tools.now),
    epics: new Map([...epics].map(([i, epic]) => [world.tasks[i]!.id, epic])),
  }
}

const NONE: readonly Budget[] = []

/** How each epic stands, now that all below it is decided, by its place among the tasks. An epic never rests. */
function viewEpics(nodes: readonly Node[], decisions: readonly Decision[]): ReadonlyMap<number, Epic> {
  const places = decisions.flatMap(({ move }, i) => (move?.facts.task.issue.container === true ? i : NOWHERE))
  if (places.length === 0) return new Map()
  const states = new Map(nodes.map((node, i) => [node, decisions[i]!.state]))
  return new Map(places.map(i => [i, viewEpic(nodes[i]!, one => states.get(one))]))
}

const NOWHERE: readonly number[] = []

function tellEpics(decisions: readonly Decision[], epics: ReadonlyMap<number, Epic>): readonly Decision[] {
  if (epics.size === 0) return decisions
  return decisions.map((decision, i) => {
    const epic = epics.get(i)
    const { move } = decision
    return epic === undefined || move === null ? decision : { ...decision, move: tellEpic(move, epic) }
  })
}

function forgetful(): Memory {
  return { scheduler: createScheduler(), resting: { get: () => undefined, set: () => undefined } }
}

function isGood(known: Decision | undefined, blocked: string | null, now: Instant): known is Decision {
  return known !== undefined && known.blocked === blocked && (known.until === null || now < known.until)
}

/** Only what would begin depends on the others; what is decided at once does not have to be kept until the end. */
function lookAt(judged: Judged): Decision | Judged {
  const { wanted } = judged
  return wanted.is === 'ready' || isReviewDue(wanted) ? judged : settle(judged, null)
}

/** Who goes on is never at rest. */
function isSame(a: Turn | null, b: Turn | null): boolean {
  return a === b || (a?.is === 'wait' && b?.is === 'wait' && a.why === b.why)
}

function settle(judged: Judged, held: Turn | null): Decision {
  const move = decide(judged, held)
  const { above, blocked } = judged.facts
  return {
    above,
    blocked,
    wanted: judged.wanted,
    held,
    state: move.state,
    move: isAtRest(move) ? null : move,
    until: whenToJudgeAgain(move),
  }
}

function statesOf({ tasks }: World, decisions: readonly Decision[]): Plan['states'] {
  const states = new Map<TaskId, TaskState>()
  tasks.forEach(({ id }, i) => {
    states.set(id, decisions[i]!.state)
  })
  return states
}

/** Nothing of theirs is under way, and they want nothing. */
const UNCONCERNED: readonly TaskState['is'][] = ['idle', 'malformed', 'merged', 'undoing', 'dropped']

/** Whoever has a place, wants one, or may be in somebody's way. */
function candidatesOf(nodes: readonly Node[], looks: readonly (Decision | Judged)[]): Candidate[] {
  const candidates: Candidate[] = []
  looks.forEach((look, i) => {
    const node = nodes[i]!
    const task = node.facts!
    const { wanted: state } = look
    const still = state.is === 'waiting' || state.is === 'stuck'
    if (UNCONCERNED.includes(state.is) || (still && task.pull === null)) return
    candidates.push({ node, task, state })
  })
  return candidates
}

/** What this pass heard and saw beyond single tasks, and what the shell gives. */
type Heard = { hearing: Hearing; breaches: readonly Coupling[]; books: Books; tools: Tools }

function effectsOf(world: World, decisions: readonly Decision[], heard: Heard): Effect[] {
  const moves = decisions.flatMap(({ move }) => move ?? [])
  const learnings = learnFrom(world, moves)
  const known = [...world.ledger.controls.learnings, ...learnings]
  const effects = [
    ...recordAll(world, moves, heard, learnings),
    ...moves.flatMap(move => move.acts).map(act => tellLearnings(act, known)),
    ...keepHouse(world, heard.hearing.rollbacks),
    ...moves.flatMap(move => move.display.effects),
  ]
  const states = decisions.map(({ state }) => state)
  const turns = keepTurns(effects, { world, moves, states, tools: heard.tools })
  const kept = keepNoGreen(turns, world)
  return [...kept.filter(effect => !isDisplay(effect)), ...kept.filter(isDisplay)]
}

type Judging = { world: World; moves: readonly Move[]; states: readonly TaskState[]; tools: Tools }

/** Landings get in each other's way where branches have to be up to date: by trains, or one after the other. */
function keepTurns(effects: readonly Effect[], { world, moves, states, tools }: Judging): readonly Effect[] {
  const { alone, effects: own } = steerTrains(world, moves, tools)
  if (alone === 'all') return [...keepOneLanding(keepOneUpdate(effects, states, tools.now), world), ...own]
  return [...keepOneUpdate(keepAlone(effects, alone), states, tools.now), ...own]
}

/** All that this pass has to remember, as one commit. */
function recordAll(
  world: World,
  moves: readonly Move[],
  { hearing, breaches, books }: Heard,
  learnings: readonly Learning[],
): Effect[] {
  const records = new Map<TaskId, TaskRecord>()
  for (const { facts, record } of moves) if (record !== null) records.set(facts.task.id, record)
  if (records.size === 0 && breaches.length === 0) return []
  const written = moves.filter(move => move.record !== null)
  const events = [...hearing.events, ...written.flatMap(move => move.events)]
  const usage = written.flatMap(move => move.usage)
  const before = hearing.controls ?? world.ledger.controls
  const added = addUp(before, written, { usage, learnings, books }) ?? before
  const learned =
    breaches.length === 0 ? added : { ...added, couplings: addCouplings(added.couplings, breaches) }
  // What is not believed is not written over: with it a pause would be gone.
  const kept = world.ledger.broken.controls !== null || learned === world.ledger.controls
  const controls = kept ? null : learned
  return [{ do: 'record', head: world.ledger.head, controls, records, events, usage, learnings }]
}

type More = { usage: readonly UsageEvent[]; learnings: readonly Learning[]; books: Books }

/** Null when there is nothing new to add. */
function addUp(
  controls: Controls,
  moves: readonly Move[],
  { usage, learnings, books }: More,
): Controls | null {
  const told = moves.flatMap(({ facts }) => facts.untold.map(printBudget))
  if (usage.length + told.length + learnings.length === 0) return null
  const near = new Set([...books.nearlyUsed.values()].flat().map(printBudget))
  return {
    ...controls,
    usage: addToTotals(controls.usage, usage, told, budget => near.has(budget)),
    learnings: keepNewest([...controls.learnings, ...learnings]),
  }
}

function defaults(): Config {
  const parsed = parseConfig(null)
  if (!parsed.ok) throw new Error('the defaults are a valid configuration')
  return parsed.value
}
