import { admit } from './capacity.ts'
import { type Config, parseConfig } from './config.ts'
import { type Display, showTask } from './display.ts'
import { type Effect, isDisplay } from './effect.ts'
import { eventsOf, type News } from './events.ts'
import { findFeedback } from './feedback.ts'
import { type Folding, fold } from './fold.ts'
import { readIntent } from './intent.ts'
import type { TaskRecord } from './ledger.ts'
import type { TaskId } from './names.ts'
import { type Projection, projectTask } from './project.ts'
import type { TaskState } from './state.ts'
import { finish } from './steps/finish.ts'
import { holdPull, judgePull, waveThrough } from './steps/gate.ts'
import { publish } from './steps/publish.ts'
import { claim, dispatch, whenToDispatch } from './steps/start.ts'
import { cancelNeedless } from './steps/stop.ts'
import { readTask } from './task.ts'
import type { Instant, TaskFacts, World } from './world.ts'

export type Plan = {
  /** In order: what must be remembered first, displays last. An effect that fails ends what the pass does for its task. */
  effects: readonly Effect[]
  states: ReadonlyMap<TaskId, TaskState>
  /** When to look again without being woken; null: when woken. */
  lookAgain: Instant | null
}

/** The shell's part in a pure plan: what time it is, and SHA-256 in hex. */
export type Tools = { now: Instant; digest(text: string): string }

/** One task on its way through the plan. */
type Judged = { facts: Folding; projection: Projection; state: TaskState }

/** A task about which there is nothing to do, whatever the time: what it would be, why it is held back, what it is. */
export type Rest = { wanted: TaskState; held: string | null; state: TaskState }

/** By the very facts; only for as long as all else that judgement asks for stays the same. See planner.ts. */
export type Resting = { get(task: TaskFacts): Rest | undefined; set(task: TaskFacts, rest: Rest): unknown }

const NOBODY: Resting = { get: () => undefined, set: () => undefined }

export function plan(world: World, tools: Tools, resting: Resting = NOBODY): Plan {
  const config = world.config.ok ? world.config.value : defaults()
  const looks = world.tasks.map(task => look(world, task, { config, tools, resting }))
  const held = admit(looks, config)
  const moves: Move[] = []
  const states = new Map<TaskId, TaskState>()
  for (const one of looks) {
    const why = held.get(one.task.id) ?? null
    if (one.rest !== null && one.rest.held === why) {
      states.set(one.task.id, one.rest.state)
      continue
    }
    const move = decide(one.judge(), why, tools.now)
    states.set(one.task.id, move.state)
    if (!isAtRest(move)) moves.push(move)
    else resting.set(one.task, { wanted: one.state, held: why, state: move.state })
  }
  return {
    effects: effectsOf(world, moves),
    states,
    lookAgain: whenToLook(states.values(), tools.now),
  }
}

type Look = {
  task: TaskFacts
  record: TaskRecord | null
  state: TaskState
  rest: Rest | null
  judge(): Judged
}
type Means = { config: Config; tools: Tools; resting: Resting }

function look(world: World, task: TaskFacts, { config, tools, resting }: Means): Look {
  const rest = resting.get(task) ?? null
  if (rest !== null) {
    const judge = () => judgeTask(world, task, { config, tools })
    return { task, record: task.record, state: rest.wanted, rest, judge }
  }
  const judged = judgeTask(world, task, { config, tools })
  return { task, record: judged.facts.record, state: judged.state, rest: null, judge: () => judged }
}

/** What is to be done about one task. */
type Move = Judged & { acts: readonly Effect[]; display: Display; news: News }

/** Ready tasks beyond the caps wait, and say for what. */
function decide(judged: Judged, held: string | null, now: Instant): Move {
  const { facts, projection } = judged
  const state: TaskState = held === null ? judged.state : { is: 'waiting', on: 'capacity', why: held }
  return {
    facts,
    projection,
    state,
    acts: act(facts, state),
    display: showTask(facts, state, projection),
    news: eventsOf(facts, state, now),
  }
}

/** States that are judged without asking for the time. */
const TIMELESS: readonly TaskState['is'][] = [
  'idle',
  'malformed',
  'waiting',
  'running',
  'stuck',
  'merged',
  'dropped',
]

function isAtRest(move: Move): boolean {
  if (move.acts.length > 0 || move.display.effects.length > 0 || isWorthRecording(move)) return false
  return TIMELESS.includes(move.state.is) && move.facts.record.saying === null
}

function effectsOf(world: World, moves: readonly Move[]): Effect[] {
  const effects = [
    ...recordAll(world, moves),
    ...moves.flatMap(move => move.acts),
    ...world.strangers.map(waveThrough),
    ...moves.flatMap(move => move.display.effects),
  ]
  return [...effects.filter(effect => !isDisplay(effect)), ...effects.filter(isDisplay)]
}

function defaults(): Config {
  const parsed = parseConfig(null)
  if (!parsed.ok) throw new Error('the defaults are a valid configuration')
  return parsed.value
}

function judgeTask(
  world: World,
  task: TaskFacts,
  { config, tools }: { config: Config; tools: Tools },
): Judged {
  const { app, standings } = world
  const intent = readIntent(task, { config, standings, app })
  const projection = projectTask(task, intent, { ...tools, app, config, standings })
  const spec = readTask(task.issue)
  const base = { world, now: tools.now, config: world.config, task, spec, intent }
  const first = { ...base, record: projection.record }
  const state = fold(first)
  const feedback = findFeedback(first, state)
  if (feedback === null) return { facts: first, projection, state }
  const record = withRevision(projection.record, feedback)
  const facts = { ...base, record }
  return { facts, projection: { ...projection, record, changed: true }, state: fold(facts) }
}

/** What a person asks for does not use up the agent's own tries. */
function withRevision(record: TaskRecord, revision: TaskRecord['revisions'][number]): TaskRecord {
  const countFrom = revision.by === null ? record.countFrom : revision.attempt - 1
  return { ...record, revisions: [...record.revisions, revision], countFrom }
}

function act(facts: Folding, state: TaskState): Effect[] {
  const needless = cancelNeedless(facts, state)
  switch (state.is) {
    case 'ready':
      return [...needless, ...holdPull(facts, state), ...claim(facts, state)]
    case 'claimed':
      return [...needless, ...dispatch(facts, state.claim)]
    case 'attempted':
      return [...needless, ...publish(facts, state)]
    case 'proposed':
      return [...needless, ...judgePull(facts, state)]
    case 'merged':
      return [...needless, ...finish(facts, state)]
    default:
      return [...needless, ...holdPull(facts, state)]
  }
}

/** All that this pass has to remember, as one commit. */
function recordAll(world: World, moves: readonly Move[]): Effect[] {
  const worth = moves.filter(isWorthRecording)
  if (worth.length === 0) return []
  const records = new Map(worth.map(move => [move.facts.task.id, recordOf(move)]))
  const events = worth.flatMap(move => move.news.events)
  return [{ do: 'record', head: world.ledger.head, controls: null, records, events }]
}

function isWorthRecording({ projection, news, display }: Move): boolean {
  return projection.changed || news.urgent || display.saying !== null
}

function recordOf({ facts, news, display }: Move): TaskRecord {
  return { ...facts.record, logged: news.logged, saying: display.saying ?? facts.record.saying }
}

const MINUTE = 60_000

function lookAgain(state: TaskState, now: Instant): Instant | null {
  switch (state.is) {
    case 'claimed':
      return Math.max(now + 250, whenToDispatch(state.claim).at)
    case 'ready':
    case 'attempted':
    case 'running':
    case 'proposed':
      return now + MINUTE
    default:
      return null
  }
}

function whenToLook(states: Iterable<TaskState>, now: Instant): Instant | null {
  let first: Instant | null = null
  for (const state of states) {
    const at = lookAgain(state, now)
    if (at !== null && (first === null || at < first)) first = at
  }
  return first
}
