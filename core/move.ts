import type { Grant } from './accounts/books.ts'
import { addMeasure } from './accounts/measure.ts'
import { type Settled, settleAll } from './accounts/settle.ts'
import { addUsage, type UsageEvent } from './accounts/usage.ts'
import { newestClaim } from './attempt/attempt.ts'
import { findFeedback } from './attempt/feedback.ts'
import { type Display, showTask } from './display.ts'
import { append, type Effect, NOTHING } from './effect.ts'
import { eventsOf, type News } from './events.ts'
import { type Folding, fold } from './fold.ts'
import { findOverdue, logOverdue, type Overdue, rememberOverdue } from './gates/escalation.ts'
import { tellGone } from './landing/gone.ts'
import type { LandedFacts } from './landing/integration.ts'
import { boundRecord, type LedgerEvent, type TaskRecord } from './ledger.ts'
import { makeDiscovered, takeDiscovered } from './lessons/discovered.ts'
import { type Learning, learningsOf, pathsOf, reflectionsOf } from './lessons/learning.ts'
import { findLesson } from './lessons/lesson.ts'
import { parsePullMarker } from './names.ts'
import { type FromAbove, NOT_ASKED } from './people/above.ts'
import { stillApproved } from './people/approval.ts'
import { type Intent, readIntent } from './people/intent.ts'
import { nudge, rememberTold, type Telling } from './people/nudge.ts'
import type { Held } from './people/orders.ts'
import { logSaid } from './people/said.ts'
import { readFeature } from './planning/feature.ts'
import { type Context, type Projection, projectTask, startAfresh, untouched } from './project.ts'
import { inForce, readWhole } from './rebase/force.ts'
import { takeRewriting } from './rebase/hear.ts'
import { takeOpinion } from './review/hear.ts'
import { delayReview } from './review/turn.ts'
import { forgetCancelled } from './rollback/cancelled.ts'
import { takeCulprit } from './rollback/culprit.ts'
import { forgetUndone } from './rollback/rollback.ts'
import { takeUndone } from './rollback/undo.ts'
import type { Turn } from './schedule/admit.ts'
import { makeParts, takeSplit } from './split.ts'
import type { TaskState } from './state.ts'
import { callPeople } from './steps/call.ts'
import { finish } from './steps/finish.ts'
import { forget } from './steps/forget.ts'
import { holdPull, holdUnknown, judgePull } from './steps/gate.ts'
import { materialise } from './steps/materialise.ts'
import { publish } from './steps/publish.ts'
import { postReview, startReview } from './steps/review.ts'
import { claim, dispatch } from './steps/start.ts'
import { cancelNeedless } from './steps/stop.ts'
import { reopen, takeBack } from './steps/undo.ts'
import { keepPriority } from './steps/wish.ts'
import type { Instant, TaskFacts } from './world.ts'

/** The shell's part in a pure plan: what time it is, and SHA-256 in hex. */
export type Tools = { now: Instant; digest(text: string): string }

/** What was said and asked on a task, taken in before anything is judged: it may matter to others. */
export type Heard = { projection: Projection; intent: Intent; asked: FromAbove }

/** What a task is, as long as others leave it room. */
export type Judged = { facts: Folding; projection: Projection; wanted: TaskState }

/** What a task is, and all that is to be done about it. */
export type Move = {
  facts: Folding
  state: TaskState
  acts: readonly Effect[]
  display: Display
  /** Worth remembering: with what happened, in the same commit. */
  record: TaskRecord | null
  events: readonly LedgerEvent[]
  usage: readonly UsageEvent[]
  learnings: readonly Learning[]
}

export function hearTask(task: TaskFacts, context: Context, asked = NOT_ASKED): Heard {
  const intent = readIntent(task, context, asked)
  // What is not believed is not built upon either: a person has to put it right first.
  return {
    intent,
    asked,
    projection: task.distrust === null ? projectTask(task, intent, context) : untouched(task),
  }
}

/** What is the same for all tasks of a pass. */
export type Shared = Pick<Folding, 'world' | 'now' | 'frozen' | 'unwell'> & {
  /** The landings that made the integration branch red, oldest first. */
  culprits(): readonly LandedFacts[]
}
type Given = { heard: Heard; retried: boolean } & Pick<
  Folding,
  'above' | 'blocked' | 'nearly' | 'untold' | 'assignedAbove'
>

export function judgeTask(shared: Shared, task: TaskFacts, given: Given): Judged {
  const { heard, above } = given
  const ruled = forgetCancelled(takeAbove(task, heard.projection, { above, shared }), shared.world)
  const told = takeCulprit(task, ruled, shared)
  const kept = takeSplit(task, told, shared.world)
  const known = takeRewriting(task, takeOpinion(task, kept, shared), shared)
  const projection = takeDiscovered(task, known, shared.world)
  const facts = toFolding(shared, forgetUndone(task, projection.record), given, projection.record)
  const state = fold(facts)
  if (given.retried && state.is === 'stuck')
    return judgeTask(shared, task, { ...given, retried: false, heard: retryStuck(task, heard) })
  const feedback = findFeedback(facts, state)
  if (feedback === null) return { facts, projection, wanted: state }
  const record = withRevision(projection.record, feedback)
  const revised = { ...facts, record }
  return { facts: revised, projection: { ...projection, record, changed: true }, wanted: fold(revised) }
}

/** Made for every task of a pass: name by name, as spreading takes several times as long. */
function toFolding(shared: Shared, task: TaskFacts, given: Given, record: TaskRecord): Folding {
  const { world, now, frozen, unwell } = shared
  const { heard, above, blocked, nearly, untold, assignedAbove } = given
  const { approval } = record
  let read: ReturnType<Folding['spec']> | null = null
  return {
    world,
    now,
    config: world.config,
    task,
    record,
    approved: approval !== null && stillApproved(task.issue, approval),
    spec() {
      read ??= approval?.kind === 'plan' ? readFeature(task.issue) : readWhole(task, record)
      return read
    },
    intent: heard.intent,
    asked: heard.asked,
    above,
    assignedAbove,
    frozen,
    blocked,
    nearly,
    untold,
    unwell,
  }
}

/** What was said of many is for those of them that do not go on by themselves. */
function retryStuck(task: TaskFacts, { projection, ...heard }: Heard): Heard {
  const record = { ...projection.record, ...startAfresh(newestClaim(task)?.attempt ?? 0) }
  return { ...heard, projection: { ...projection, record, changed: true } }
}

function takeAbove(
  task: TaskFacts,
  projection: Projection,
  { above, shared }: { above: Held | null; shared: Shared },
): Projection {
  if (above?.is === 'undoing') return takeUndone(task, projection, { order: above, ...shared })
  return above?.is === 'stopped' ? giveUp(task, projection) : projection
}

/** A stop from above ends what is under way for good. What is shown already stays: nothing of it is lost. */
function giveUp(task: TaskFacts, projection: Projection): Projection {
  const newest = newestClaim(task)?.attempt ?? 0
  const shown = task.pull?.state === 'open' && parsePullMarker(task.pull.body)?.attempt === newest
  if (newest <= projection.record.voidThrough || shown || task.distrust !== null) return projection
  const record = { ...projection.record, voidThrough: newest, countFrom: newest }
  return { ...projection, record, changed: true }
}

/** What a person asks for does not use up the agent's own tries. */
function withRevision(record: TaskRecord, revision: TaskRecord['revisions'][number]): TaskRecord {
  const countFrom = revision.by === null ? record.countFrom : revision.attempt - 1
  return { ...record, revisions: [...record.revisions, revision], countFrom }
}

/** `turn`: what a ready task may do beside all others; null for the rest. */
export function decide({ facts, projection, wanted }: Judged, turn: Turn | null): Move {
  const state = turn?.is === 'wait' ? keepBack(wanted, turn) : wanted
  const overdue = findOverdue(facts, state)
  const telling = nudge(facts, state) ?? tellGone(facts, state)
  const calls = append(callPeople(facts, overdue), telling?.calls ?? NOTHING)
  const acts = append(act(facts, state, turn?.is === 'go' ? turn : null), calls)
  const display = showTask(facts, state, projection, acts)
  const news = eventsOf(facts, state, facts.now)
  const settled = findSettled(facts)
  const worth =
    facts.task.distrust === null &&
    (projection.changed ||
      news.urgent ||
      overdue.length > 0 ||
      telling !== null ||
      display.saying !== null ||
      (settled.events.length > 0 && !isMoving(state)))
  return {
    facts,
    state,
    acts: acts.length === 0 ? acts : letLabelRide(acts, display.effects),
    display,
    events: tellAll(facts, projection, { overdue, telling, news }),
    record: worth ? remember(facts, { overdue, telling, news, display, settled }) : null,
    usage: settled.events,
    learnings: findLearnings(facts, state),
  }
}

/** Nearly always there is nothing but the news, or nothing at all. */
function tellAll(
  facts: Folding,
  { said }: Projection,
  { overdue, telling, news }: Pick<Seen, 'overdue' | 'telling' | 'news'>,
): readonly LedgerEvent[] {
  if (said.length + overdue.length === 0 && telling === null) return news.events
  const told = telling === null ? [] : [telling.event]
  return [...logSaid(said, facts, facts.now), ...news.events, ...logOverdue(facts, overdue), ...told]
}

type Seen = {
  overdue: readonly Overdue[]
  telling: Telling | null
  news: News
  display: Display
  settled: Settled
}

function remember({ record, now }: Folding, { overdue, telling, news, display, settled }: Seen): TaskRecord {
  const told = rememberOverdue(record, overdue, now)
  return boundRecord({
    ...record,
    escalated: telling === null ? told : rememberTold(told, telling),
    logged: news.logged,
    saying: display.saying ?? record.saying,
    ...settled.through,
    used: settled.events.reduce(addUsage, record.used),
    measured: settled.events.reduce(addMeasure, record.measured),
  })
}

/** A ref moves by a request that takes a label along. What that shows comes true right after; if not, the next look mends it. */
function letLabelRide(acts: readonly Effect[], shown: readonly Effect[]): readonly Effect[] {
  const along = shown.find(effect => effect.do === 'label')
  if (along === undefined) return acts
  return acts.map(act => (act.do === 'publish' || act.do === 'claim' ? { ...act, along } : act))
}

/** Nothing while the sums cannot be believed: what is written then would make them wrong for good. */
function findSettled({ world, task, record, now }: Folding): Settled {
  if (world.ledger.broken.controls !== null || task.claims.length === 0) return UNSETTLED
  return settleAll(task, record, { app: world.app, repo: world.repo, now })
}

const UNSETTLED: Settled = { events: [], through: {} }

/** What would begin, or is claimed, and may not yet: a task waits, a pull request stays one that waits for its review. */
function keepBack(wanted: TaskState, turn: Extract<Turn, { is: 'wait' }>): TaskState {
  if (wanted.is === 'claimed') return { ...wanted, late: turn.why }
  return wanted.is === 'proposed' ? delayReview(wanted, turn.why) : { ...turn, is: 'waiting' }
}

/** Once: when it is first seen to have landed. */
function findLearnings(facts: Folding, state: TaskState): Learning[] {
  const { world, task, record, now, spec } = facts
  if (state.is !== 'merged' || record.logged === 'merged' || world.ledger.broken.controls !== null) return []
  const report = findLesson(facts)
  if (report === null) return []
  const read = spec()
  const about = { task: task.id, type: read.ok ? read.value.type : 'feat', at: now }
  const learned = learningsOf(report, about)
  return [...learned, ...reflectionsOf(inForce(record), { ...about, paths: pathsOf(report) })]
}

/**
 * Something will be written soon anyway, and what was used rides along: each commit costs the host a write. Before the next
 * attempt it is written in any case: of older ones no run vouches for the report.
 */
function isMoving(state: TaskState): boolean {
  return ['claimed', 'running', 'attempted', 'proposed'].includes(state.is)
}

function act(facts: Folding, state: TaskState, grant: Grant | null): readonly Effect[] {
  const needless = append(append(cancelNeedless(facts, state), keepPriority(facts)), reopen(facts))
  const said = append(append(needless, postReview(facts)), makeParts(facts))
  return append(append(said, makeDiscovered(facts)), goOn(facts, state, grant))
}

function goOn(facts: Folding, state: TaskState, grant: Grant | null): readonly Effect[] {
  switch (state.is) {
    case 'ready':
      return append(holdPull(facts, state), grant === null ? [] : claim(facts, state, grant))
    case 'claimed':
      return append(holdUnknown(facts, state), dispatch(facts, state.claim))
    case 'attempted':
      return publish(facts, state)
    case 'proposed':
      return append(judgePull(facts, state), startReview(facts, state, grant))
    case 'merged':
      return [...finish(facts, state), ...forget(facts.task, facts.now)]
    case 'undoing':
      return takeBack(facts, state)
    case 'planned':
      return [...finish(facts, state), ...materialise(facts, state), ...forget(facts.task, facts.now)]
    case 'dropped':
      return [...holdPull(facts, state), ...forget(facts.task, facts.now)]
    default:
      return holdPull(facts, state)
  }
}
