import { editedSince, explainFutile, isWhole } from './agents/futile.ts'
import { newestClaim } from './attempt/attempt.ts'
import type { Config } from './config/config.ts'
import type { Reaction } from './effect.ts'
import { orderLanding } from './landing/order.ts'
import { type Controls, emptyRecord, type TaskRecord } from './ledger.ts'
import { mayGive } from './people/authority.ts'
import { type Command, parseCommands } from './people/command.ts'
import { askBelow, isReadable, takeIntent, textOf } from './people/consent.ts'
import { listUnhandled } from './people/conversation.ts'
import { readEmergencyLabel } from './people/emergency.ts'
import type { Intent } from './people/intent.ts'
import { type Lifting, liftAll, liftIssue, tellLifting } from './people/lifting.ts'
import type { Order } from './people/orders.ts'
import { askPlan, askRevision } from './people/revision.ts'
import type { OwnerFacts } from './people/ruling.ts'
import { nameWord, type Said } from './people/said.ts'
import { askReview } from './review/wish.ts'
import { isUnsettled } from './rollback/cancelled.ts'
import { isOld, listLandings, listOpenBehind, type Rollback } from './rollback/rollback.ts'
import { askSplit } from './split.ts'
import { rememberNumber } from './steps/forget.ts'
import {
  type Actor,
  type AppFacts,
  atLeast,
  type CommentFact,
  type Instant,
  type Standing,
  type TaskFacts,
} from './world.ts'

/** What a task's record becomes when this pass's commands and approvals are taken in. Nothing is written here. */
export type Projection = {
  record: TaskRecord
  changed: boolean
  reactions: readonly { comment: number; content: Reaction }[]
  /** What was said about the whole repository. */
  orders: readonly Order[]
  /** Everything that was said and done, for the log. */
  said: readonly Said[]
  /** Something that a command asked to be told; shown in the status comment. */
  answer: Answer | null
}

export type Answer =
  | { to: 'help' }
  | { to: 'status' }
  | { to: 'usage' }
  /** On a parent: what of all below it is worked on from now on. */
  | { to: 'run' }
  /** `open`: tasks that would wait. */
  /** `old`: others that build on it may have landed so long ago that they are out of view. */
  | { to: 'rollback'; pulls: Rollback['pulls']; open: readonly number[]; old: boolean }
  /** There was nothing to lift, or something else holds it all the same. */
  | { to: 'lifting'; lifting: Lifting }
  | { to: 'unknown'; word: string; nearest: string | null }
  | { to: 'refused'; word: string; why: string }

export type Context = {
  now: Instant
  digest(text: string): string
  app: AppFacts
  config: Config
  standings: ReadonlyMap<number, Standing>
  /** The ledger's controls are as this app wrote them: only then they can be changed. */
  trusted: boolean
  controls: Controls
  owner: OwnerFacts | null
  /** All that is known, for what a command means to others. */
  tasks: readonly TaskFacts[]
}

export function projectTask(task: TaskFacts, intent: Intent, context: Context): Projection {
  let commanded = untouched(task)
  for (const comment of listUnhandled(task, commanded.record)) {
    commanded = takeComment(commanded, { comment, task, context })
  }
  const labelled = readEmergencyLabel(task, commanded.record, context.standings)
  if (labelled !== null)
    commanded = { ...commanded, changed: true, record: { ...commanded.record, ...labelled } }
  const done = takeIntent(commanded, { task, intent, context })
  const numbered = task.record === null ? null : rememberNumber(task, done.record, context.now)
  return numbered === null ? done : { ...done, record: numbered, changed: true }
}

/** The record as it is, or a first one. */
export function untouched(task: TaskFacts): Projection {
  const record = task.record ?? emptyRecord(task.issue.number)
  return { record, changed: false, reactions: NO_REACTIONS, orders: NO_ORDERS, said: NO_WORDS, answer: null }
}

const NO_REACTIONS: Projection['reactions'] = []
const NO_ORDERS: Projection['orders'] = []
const NO_WORDS: Projection['said'] = []

/** A comment on a task, being taken in. */
export type Taken = { comment: CommentFact; task: TaskFacts; context: Context }

function takeComment(done: Projection, taken: Taken): Projection {
  const { comment, context } = taken
  const standing = standingOf(comment.by, context)
  // People without standing start nothing, and leave no trace either: a record would be a way to fill the ledger.
  if (!atLeast(standing, 'triage') || isEarly(taken)) return done
  const handled: Projection = {
    ...done,
    changed: true,
    record: { ...done.record, handled: [...done.record.handled, comment.id] },
  }
  let taking = handled
  for (const command of parseCommands(comment.body)) {
    const why = mayGive(command, standing) ?? explainFutile(command, taken)
    taking =
      why === null
        ? takeCommand({ ...taking, said: [...taking.said, { command, comment }] }, command, taken)
        : react({ ...taking, answer: { to: 'refused', word: nameWord(command), why } }, comment, '-1')
  }
  return taking
}

/** An app that the configuration names may start and stop work; approving is for people. */
function standingOf(by: Actor, { config, standings }: Context): Standing {
  if (by.kind === 'app') return config.allow.apps.includes(by.id) ? 'triage' : 'none'
  return standings.get(by.id) ?? 'none'
}

function react(done: Projection, comment: CommentFact, content: Reaction): Projection {
  const others = done.reactions.filter(reaction => reaction.comment !== comment.id)
  return { ...done, reactions: [...others, { comment: comment.id, content }] }
}

function takeCommand(done: Projection, command: Command, taken: Taken): Projection {
  const { comment, task } = taken
  const by = { id: comment.by.id, login: comment.by.login }
  const highest = newestClaim(task)?.attempt ?? 0
  const change = (record: Partial<TaskRecord>): Projection =>
    react({ ...done, record: { ...done.record, ...record } }, comment, '+1')
  switch (command.say) {
    case 'run': {
      const going = change({ stopped: null, paused: false, ...askBelow(command, taken) })
      return isWhole(task) ? { ...going, answer: { to: 'run' } } : going
    }
    case 'plan':
      return change({ stopped: null, paused: false, ...askPlan(done.record, taken, command.text) })
    case 'retry':
      return change(command.all ? {} : startAfresh(highest))
    case 'stop':
    case 'pause':
    case 'resume':
    case 'freeze':
    case 'unfreeze':
      return takeHold(done, { say: command.say, all: command.all }, taken)
    case 'hold':
    case 'eject':
    case 'merge':
      return change({ landing: orderLanding(command, taken) })
    case 'assign':
    case 'unassign': {
      const agent = command.say === 'assign' ? command.agent : null
      return change({ assigned: { by, at: comment.at, agent } })
    }
    case 'priority':
      return change({ priority: command.level === null ? null : { at: comment.at, level: command.level } })
    case 'hotfix':
      return change({ hotfix: command.issue === null ? null : { by, at: comment.at, issue: command.issue } })
    case 'rollback':
      return takeRollback(done, command, taken)
    case 'split':
      return change(askSplit(done.record, comment, command.parts, task))
    case 'review':
      return change(askReview(done.record, comment, task))
    case 'approve':
      return change(approve(done.record, taken))
    case 'revise':
      return change({ ...askRevision(done.record, taken, command.text), stopped: null })
    case 'status':
    case 'usage':
    case 'help':
      return react({ ...done, answer: { to: command.say } }, comment, 'eyes')
    case 'misplaced':
      return done
    case 'unknown':
      return react(
        { ...done, answer: { to: 'unknown', word: command.word, nearest: command.nearest } },
        comment,
        'confused',
      )
  }
}

function takeRollback(
  done: Projection,
  { step }: Extract<Command, { say: 'rollback' }>,
  { comment, task, context: { tasks } }: Taken,
): Projection {
  const by = { id: comment.by.id, login: comment.by.login }
  const { rollback: known } = done.record
  if (step === 'propose') {
    const pulls = listLandings(tasks, task)
    const record = { ...done.record, rollback: { by, at: comment.at, pulls, confirmed: null } }
    const open = listOpenBehind(tasks, task)
    return react(
      { ...done, record, answer: { to: 'rollback', pulls, open, old: isOld(task, comment.at) } },
      comment,
      'eyes',
    )
  }
  if (step === 'confirm' && known !== null) {
    // What is taken back needs no mending.
    const confirmed = {
      rollback: { ...known, confirmed: { by, at: comment.at } },
      cancelled: null,
      hotfix: null,
    }
    return react({ ...done, record: { ...done.record, ...confirmed } }, comment, '+1')
  }
  const cancelled = isUnsettled(known, tasks) ? known : done.record.cancelled
  return react({ ...done, record: { ...done.record, rollback: null, cancelled } }, comment, '+1')
}

type Holding = 'stop' | 'pause' | 'resume' | 'freeze' | 'unfreeze'

/** What holds back one issue with all below it, or the whole repository; or lets it go on. */
function takeHold(
  done: Projection,
  { say, all }: { say: Holding; all: boolean },
  { comment, task, context }: Taken,
): Projection {
  const by = { id: comment.by.id, login: comment.by.login }
  const order = { say, by, at: comment.at, comment: comment.id }
  const orders = all ? [...done.orders, order] : done.orders
  const highest = newestClaim(task)?.attempt ?? 0
  const held = all ? {} : hold(say, { by, at: comment.at, highest })
  const isLift = say === 'resume' || say === 'unfreeze'
  const lifting = isLift ? tellLifting(all ? liftAll(orders, context) : liftIssue(done.record)) : null
  const answer: Answer | null = lifting === null ? done.answer : { to: 'lifting', lifting }
  return react({ ...done, orders, record: { ...done.record, ...held }, answer }, comment, '+1')
}

type Hold = { by: { id: number; login: string }; at: Instant; highest: number }

/** The attempts so far count no more. @param highest the number of the last one */
export function startAfresh(highest: number): Partial<TaskRecord> {
  return { stopped: null, paused: false, voidThrough: highest, countFrom: highest }
}

function hold(say: Holding, { by, at, highest }: Hold): Partial<TaskRecord> {
  if (say === 'pause') return { paused: true }
  return say === 'stop' ? { stopped: { by, at }, voidThrough: highest } : { paused: false, stopped: null }
}

/** What takes the text as it stands for approved. */
const APPROVING: readonly Command['say'][] = ['run', 'plan', 'approve']

function isEarly({ comment, task }: Taken): boolean {
  const says = parseCommands(comment.body).map(command => command.say)
  if (task.issue.edits === null && says.some(word => APPROVING.includes(word))) return true
  return (
    task.pull?.state === 'open' &&
    task.pull.gate === null &&
    (says.includes('approve') || says.includes('merge'))
  )
}

/** Approves the pull request's head when there is one, and the text as it stands if it stood so when it was said. */
function approve(record: TaskRecord, { comment, task, context }: Taken): Partial<TaskRecord> {
  const by = { id: comment.by.id, login: comment.by.login }
  const pull = task.pull
  const head = pull?.state === 'open' ? { pullApproval: { by, at: comment.at, head: pull.head.sha } } : {}
  if (record.approval === null || editedSince(task, comment, context)) return head
  const text = textOf(task, comment.at, context)
  if (text.text === record.approval.text || !isReadable(task, record.approval.kind)) return head
  return { ...head, approval: { ...record.approval, ...text, by, at: comment.at, via: 'comment' } }
}
