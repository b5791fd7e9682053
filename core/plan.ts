import { admit } from './capacity.ts'
import { type Config, parseConfig } from './config.ts'
import { showTask } from './display.ts'
import { type Effect, isDisplay } from './effect.ts'
import { eventsOf } from './events.ts'
import { findFeedback } from './feedback.ts'
import { type Folding, fold } from './fold.ts'
import { readIntent } from './intent.ts'
import type { LedgerEvent, TaskRecord } from './ledger.ts'
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

export function plan(world: World, tools: Tools): Plan {
  const config = world.config.ok ? world.config.value : defaults()
  const judged = hold(
    world.tasks.map(task => judgeTask(world, task, { config, tools })),
    config,
  )
  const shown = judged.map(one => ({ ...one, display: showTask(one.facts, one.state, one.projection) }))
  const effects = [
    ...recordAll(world, shown, tools.now),
    ...shown.flatMap(one => act(one.facts, one.state)),
    ...world.strangers.map(waveThrough),
    ...shown.flatMap(one => one.display.effects),
  ]
  return {
    effects: [...effects.filter(effect => !isDisplay(effect)), ...effects.filter(isDisplay)],
    states: new Map(judged.map(one => [one.facts.task.id, one.state])),
    lookAgain: earliest(judged.map(one => lookAgain(one.state, tools.now))),
  }
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
  const feedback = findFeedback(first, fold(first))
  if (feedback === null) return { facts: first, projection, state: fold(first) }
  const record = withRevision(projection.record, feedback)
  const facts = { ...base, record }
  return { facts, projection: { ...projection, record, changed: true }, state: fold(facts) }
}

/** What a person asks for does not use up the agent's own tries. */
function withRevision(record: TaskRecord, revision: TaskRecord['revisions'][number]): TaskRecord {
  const countFrom = revision.by === null ? record.countFrom : revision.attempt - 1
  return { ...record, revisions: [...record.revisions, revision], countFrom }
}

/** Ready tasks beyond the caps wait, and say for what. */
function hold(judged: readonly Judged[], config: Config): Judged[] {
  const candidates = judged.flatMap(({ facts, state }) =>
    facts.spec.ok ? [{ task: { ...facts.task, record: facts.record }, spec: facts.spec.value, state }] : [],
  )
  const held = admit(candidates, config)
  return judged.map(one => {
    const why = held.get(one.facts.task.id)
    return why === undefined ? one : { ...one, state: { is: 'waiting', on: 'capacity', why } }
  })
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

type Shown = Judged & { display: ReturnType<typeof showTask> }

/** All that this pass has to remember, as one commit. */
function recordAll(world: World, shown: readonly Shown[], now: Instant): Effect[] {
  const records = new Map<TaskId, TaskRecord>()
  const events: LedgerEvent[] = []
  for (const one of shown) {
    const news = eventsOf(one.facts, one.state, now)
    const saying = one.display.saying
    if (!one.projection.changed && !news.urgent && saying === null) continue
    records.set(one.facts.task.id, {
      ...one.facts.record,
      logged: news.logged,
      saying: saying ?? one.facts.record.saying,
    })
    events.push(...news.events)
  }
  if (records.size === 0) return []
  return [{ do: 'record', head: world.ledger.head, controls: null, records, events }]
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

function earliest(times: readonly (Instant | null)[]): Instant | null {
  const known = times.filter(time => time !== null)
  return known.length === 0 ? null : Math.min(...known)
}
