import { type Books, type Budget, chooseTellers, openBooks, printBudget } from './accounts/books.ts'
import { addToTotals, type UsageEvent } from './accounts/usage.ts'
import { findUnwell } from './agents/health.ts'
import { type Config, parseConfig } from './config/config.ts'
import {
  type Decision,
  hangsOnAgent,
  hangsOnOthers,
  isConcerned,
  isSameBlockage,
  isSameTurn,
  type Look,
  lookAt,
  settle,
} from './decision.ts'
import { type Effect, isDisplay } from './effect.ts'
import { type Epic, tellEpic, viewEpic } from './epic.ts'
import { explainBase, readRedness } from './landing/redbase.ts'
import { addReds } from './landing/reds.ts'
import type { Controls, TaskRecord } from './ledger.ts'
import { keepNewest, type Learning } from './lessons/learning.ts'
import { offerNext } from './lessons/offer.ts'
import { learnFrom, tellLearnings } from './lessons/teach.ts'
import { type Judged, judgeTask, type Move, type Tools } from './move.ts'
import type { TaskId } from './names.ts'
import { whenToLook } from './nextlook.ts'
import { once } from './once.ts'
import { saysTheSame } from './people/above.ts'
import { type Hearing, hearAll } from './people/hearing.ts'
import type { KnownMap } from './planning/map.ts'
import { findMap, tellMap } from './planning/renewal.ts'
import { takeReds } from './rollback/coupled.ts'
import { findCulprits } from './rollback/culprit.ts'
import { type Admission, admit } from './schedule/admit.ts'
import { addCouplings, findBreaches } from './schedule/breach.ts'
import { type Candidate, isInFlight } from './schedule/candidate.ts'
import type { Graph } from './schedule/graph.ts'
import { type Left, listLeft } from './schedule/left.ts'
import type { Node } from './schedule/node.ts'
import { createScheduler, type Scheduler } from './schedule/scheduler.ts'
import type { Coupling } from './schedule/scope.ts'
import type { TaskState } from './state.ts'
import { type Guests, judgeGuests, withGuests } from './steps/guests.ts'
import { keepHouse } from './steps/house.ts'
import { keepStopped } from './steps/judge.ts'
import { promote } from './steps/promote.ts'
import { keepNoGreen } from './steps/train.ts'
import { keepTurns } from './steps/turns.ts'
import type { Instant, TaskFacts, World } from './world.ts'

export type Plan = {
  /** In order: what must be remembered first, displays last. An effect that fails ends what the pass does for its task. */
  effects: readonly Effect[]
  states: ReadonlyMap<TaskId, TaskState>
  epics: ReadonlyMap<TaskId, Epic>
  /** When to look again without being woken; null: when woken. */
  lookAgain: Instant | null
}

/** What spares the next plan work; it makes no other difference. See planner.ts. */
export type Memory = { scheduler: Scheduler; resting: Resting }

/** Decisions to do nothing, by the very facts; good for as long as all else that judgement asks for stays the same. */
export type Resting = {
  /** By place among the tasks; null where there is none. */
  take(tasks: readonly TaskFacts[]): readonly (Decision | null)[]
  /** Of the tasks taken last. */
  keep(place: number, decision: Decision): void
}

export function plan(world: World, tools: Tools, { scheduler, resting }: Memory = forgetful()): Plan {
  const config = world.config.ok ? world.config.value : defaults()
  const { now } = tools
  const { usage: totals, couplings } = world.ledger.controls
  const books = openBooks(world, config, now)
  const nodes = scheduler.graph.take(world.tasks)
  const rested = resting.take(world.tasks)
  const hearing = hearAll(world, nodes, { config, tools, isResting: i => rested[i] !== null })
  const judging = openJudge(world, { now, nodes, books, hearing, graph: scheduler.graph })
  const looks = rested.map((known, i) =>
    known !== null && judging.isGood(known, i) ? known : lookAt(judging.of(i)),
  )
  const candidates = findCandidates(nodes, looks)
  const left = listLeft(world, i => looks[i]!.wanted)
  const redness = once(() => readRedness(world, now))
  const groundless = (task: TaskFacts) => explainBase(task, world, redness)
  const setting = {
    world,
    config,
    now,
    scheduler,
    couplings,
    books,
    totals,
    left,
    groundless,
  }
  const { turns, pool: closing } = admit(candidates, setting)
  // Nothing is added to controls that cannot be believed.
  const trusted = world.ledger.broken.controls === null
  const breaches = trusted ? findBreaches(couplings, candidates.filter(isInFlight), scheduler) : []
  const decisions = looks.map((look, i) => {
    if (look.is === 'decided' && !hangsOnOthers(look.wanted)) return look
    const turn = turns.get(world.tasks[i]!.id) ?? null
    if (look.is === 'decided' && isSameTurn(look.held, turn)) return look
    return settle(look.is === 'decided' ? judging.of(i) : look, turn)
  })
  decisions.forEach((decision, i) => {
    if (decision.move === null && decision !== rested[i]) resting.keep(i, decision)
  })
  const epics = viewEpics(nodes, decisions)
  const stirred = decisions.filter(({ quiet }) => !quiet)
  const guests = judgeGuests(world, hearing.ruling, now)
  const awaited = guests.moves.map(({ state }) => ({ state, until: null }))
  return {
    effects: effectsOf(world, stirred, { epics, hearing, breaches, books, tools, closing, guests, left }),
    get states() {
      return new Map(decisions.map(({ state }, i) => [world.tasks[i]!.id, state]))
    },
    lookAgain: whenToLook([...stirred, ...awaited], {
      now,
      soon: world.moreStrangers || world.moving.size > 0,
      pool: closing?.again ?? null,
      left: left.until,
    }),
    epics: new Map([...epics].map(([{ facts }, epic]) => [facts.task.id, epic])),
  }
}

type Given = { now: Instant; nodes: readonly Node[]; books: Books; hearing: Hearing; graph: Graph }

/** Judges tasks by their place among all; `isGood`: would it come to what was decided before? */
function openJudge(world: World, { now, nodes, books, hearing, graph }: Given) {
  const { frozen } = hearing.ruling
  const culprits = once(() => findCulprits(world, now))
  const shared = { world, now, frozen, unwell: once(() => findUnwell(world, now)), culprits }
  const { nearlyUsed } = books
  const tellers = chooseTellers(books, world.ledger)
  const assignedTo = (place: number) => () => hearing.assigned(place)
  return {
    of(place: number): Judged {
      const task = world.tasks[place]!
      return judgeTask(shared, task, {
        heard: hearing.of(place),
        above: hearing.above(place),
        retried: hearing.retried(place),
        assignedAbove: nodes[place]!.parent === null ? toNobody : assignedTo(place),
        blocked: graph.blockage(nodes[place]!),
        nearly: nearlyUsed.get(task.id) ?? NONE,
        untold: tellers.get(task.id) ?? NONE,
      })
    },
    isGood({ until, blocked, above, asked, state, assigned }: Decision, place: number): boolean {
      if ((until !== null && now >= until) || !saysTheSame(asked, hearing.asked(place))) return false
      if (state.is === 'stuck' && hearing.retried(place)) return false
      if (hangsOnAgent(state) && assigned !== hearing.assigned(place)) return false
      if (!isSameBlockage(blocked, graph.blockage(nodes[place]!))) return false
      if (above?.why !== hearing.above(place)?.why) return false
      // Whoever is on a budget that is nearly used up is never at rest.
      return nearlyUsed.size === 0 || !nearlyUsed.has(world.tasks[place]!.id)
    },
  }
}

const NONE: readonly Budget[] = []

/** Of those that nothing is above: not made anew for each. */
const toNobody = () => null

/** Whoever has a place, wants one, or may be in somebody's way. */
function findCandidates(nodes: readonly Node[], looks: readonly Look[]): Candidate[] {
  const candidates: Candidate[] = []
  looks.forEach((look, i) => {
    if (look.is === 'decided' && look.quiet) return
    const node = nodes[i]!
    const task = node.facts!
    if (isConcerned(look.wanted, task)) candidates.push({ node, task, state: look.wanted })
  })
  return candidates
}

/** How each epic stands, now that all below it is decided. An epic never rests. */
function viewEpics(nodes: readonly Node[], decisions: readonly Decision[]): ReadonlyMap<Move, Epic> {
  const epics = new Map<Move, Epic>()
  const stateOf = ({ index }: Node) => decisions[index]?.state
  decisions.forEach(({ move }, i) => {
    if (move?.facts.task.issue.container === true) epics.set(move, viewEpic(nodes[i]!, stateOf))
  })
  return epics
}

function forgetful(): Memory {
  return {
    scheduler: createScheduler(),
    resting: { take: tasks => tasks.map(() => null), keep: () => undefined },
  }
}

/** What this pass heard and saw beyond single tasks, and what the shell gives. */
type Heard = {
  epics: ReadonlyMap<Move, Epic>
  hearing: Hearing
  breaches: readonly Coupling[]
  books: Books
  tools: Tools
  closing: Admission['pool']
  guests: Guests
  left: Left
}

function effectsOf(world: World, decisions: readonly Decision[], heard: Heard): Effect[] {
  const moves = decisions.flatMap(({ move }) => {
    const epic = move === null ? undefined : heard.epics.get(move)
    return epic === undefined || move === null ? (move ?? []) : tellEpic(move, epic)
  })
  const controls = heard.hearing.controls ?? world.ledger.controls
  const learnings = learnFrom(world, moves)
  const known = [...world.ledger.controls.learnings, ...learnings]
  const map = findMap(world)
  const acts = moves.flatMap(move => move.acts).map(act => tellLearnings(act, known))
  const effects = [
    ...recordAll(world, moves, heard, { learnings, map }),
    ...acts.map(act => tellMap(act, map ?? controls.map)),
    ...shareAll(heard.closing),
    ...keepHouse(world, heard.hearing.rollbacks, heard.tools.now),
    ...heard.guests.effects,
    ...heard.guests.moves.flatMap(move => move.acts),
    ...promote(world, heard.hearing.ruling, heard.tools.now),
    ...moves.flatMap(move => move.display.effects),
  ]
  const states = [...decisions, ...heard.guests.moves].map(({ state }) => state)
  const all = { moves: [...moves, ...heard.guests.moves], states, tools: heard.tools, left: heard.left }
  const turns = keepTurns(effects, { world: withGuests(world, heard.guests), ...all })
  const kept = keepNoGreen(keepStopped(turns, world, heard.hearing.ruling), world)
  return [...kept.filter(effect => !isDisplay(effect)), ...kept.filter(isDisplay)]
}

function shareAll(closing: Admission['pool']): Effect[] {
  return closing?.entry == null ? [] : [{ do: 'share', task: null, ...closing.entry }]
}

/** All that this pass has to remember, as one commit. */
function recordAll(
  world: World,
  moves: readonly Move[],
  { hearing, breaches, books, tools: { now } }: Heard,
  { learnings, map }: { learnings: readonly Learning[]; map: KnownMap | null },
): Effect[] {
  const records = new Map<TaskId, TaskRecord>()
  for (const { facts, record } of moves) if (record !== null) records.set(facts.task.id, record)
  const red = takeReds(world, now)
  const isNew = breaches.length > 0 || hearing.controls !== null || red.reds.length > 0 || map !== null
  if (records.size === 0 && !isNew) return []
  const written = moves.filter(move => move.record !== null)
  const events = [...hearing.events, ...written.flatMap(move => move.events), ...red.events]
  const usage = written.flatMap(move => move.usage)
  const before = hearing.controls ?? world.ledger.controls
  const sums = addUp(before, written, { usage, learnings, books }) ?? before
  const added = learnings.length === 0 ? sums : offerAll(sums, world)
  const coupled = [...breaches, ...red.couplings]
  const mapped = map === null ? added : { ...added, map }
  const counted = red.reds.length === 0 ? mapped : { ...mapped, reds: addReds(mapped.reds, red.reds) }
  const learned =
    coupled.length === 0 ? counted : { ...counted, couplings: addCouplings(counted.couplings, coupled) }
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

/** With them enough may be new to be offered to the repository. */
function offerAll(controls: Controls, { config, offer }: World): Controls {
  if (!config.ok) return controls
  const offered = offerNext(controls, { config: config.value, offer })
  return offered === controls.offered ? controls : { ...controls, offered }
}

function defaults(): Config {
  const parsed = parseConfig(null)
  if (!parsed.ok) throw new Error('the defaults are a valid configuration')
  return parsed.value
}
