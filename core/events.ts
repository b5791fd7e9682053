import type { Folding } from './fold.ts'
import type { LedgerEvent } from './ledger.ts'
import { logSplit } from './split.ts'
import { describeState, type TaskState } from './state.ts'
import { isForgotten } from './steps/forget.ts'
import { explainApproval } from './words/asker.ts'
import { explainNearly } from './words/budget.ts'
import { explainOrder } from './words/emergency.ts'
import { explainRewriting } from './words/rebase.ts'
import { explainVerdict } from './words/review.ts'
import type { Instant } from './world.ts'

/** What the log gets to know of a task in this pass; `urgent` when it is worth a commit of its own. */
export type News = { logged: string; events: readonly LedgerEvent[]; urgent: boolean }

export function eventsOf(facts: Folding, state: TaskState, now: Instant): News {
  const { record, task } = facts
  const logged = printLogged(state)
  const heard = listHeard(facts, now)
  if (logged === record.logged || isOver(facts, state))
    return { logged, events: heard, urgent: heard.length > 0 }
  const event: LedgerEvent = {
    at: now,
    task: task.id,
    event: state.is === 'waiting' ? `waiting:${state.on}` : state.is,
    actor: actorOf(facts),
    cause: describeState(state),
    evidence: evidenceOf(facts, state),
  }
  // Issues that never became a task leave no trace on the ledger.
  const urgent = heard.length > 0 || (isUrgent(state) && task.record !== null)
  return { logged, events: [event, ...heard], urgent }
}

/** What is told apart from what becomes of it. Of most tasks that is nothing, in every pass. */
function listHeard(facts: Folding, now: Instant): readonly LedgerEvent[] {
  const { task, record, untold } = facts
  const { approval, opinion, rewriting, landing } = record
  const { split = null } = task.record ?? {}
  const isOld = (approval === null || approval === task.record?.approval) && split === null
  if (isOld && untold.length === 0 && opinion === null && rewriting === null && landing === null) return NONE
  const all = [writeApproval, writeWarnings, writeOpinion, writeRewriting, writeLanding, logSplit]
  return all.flatMap(write => write(facts, now))
}

function actorOf({ world, record }: Folding): string {
  return record.approval === null ? world.app.login : `${world.app.login} for ${record.approval.by.login}`
}

const NONE: readonly LedgerEvent[] = []

function writeWarnings(facts: Folding, at: Instant): readonly LedgerEvent[] {
  const { id, issue } = facts.task
  const warning = { at, task: id, event: 'budget', actor: actorOf(facts), evidence: { issue: issue.number } }
  return facts.untold.map(budget => ({ ...warning, cause: explainNearly(budget) }))
}

/** The text that agents work by from now on, and who answers for it. What was said in a comment stands in the log as what was said. */
function writeApproval({ task, record: { approval } }: Folding, at: Instant): readonly LedgerEvent[] {
  if (approval === null || approval.via === 'comment' || approval.at === task.record?.approval?.at)
    return NONE
  const evidence = { issue: task.issue.number, approved: approval.sha256 }
  const event = `approved:${approval.via}`
  return [{ at, task: task.id, event, actor: approval.by.login, cause: explainApproval(approval), evidence }]
}

/** A review by an agent, in the pass that first hears of it: what it said of which commit, and the run that vouches for it. */
function writeOpinion(facts: Folding, at: Instant): readonly LedgerEvent[] {
  const { task, record } = facts
  const { opinion } = record
  if (opinion === null || opinion.at !== at) return NONE
  const { review, head, verdict, by } = opinion
  const run = task.reviews.runs.find(one => one.attempt === review && one.receipt !== null)?.id ?? null
  const evidence = { issue: task.issue.number, review, head, run }
  return [
    {
      at,
      task: task.id,
      event: `reviewed:${verdict}`,
      actor: by,
      cause: explainVerdict(by, verdict),
      evidence,
    },
  ]
}

/** What an agent added to the task, in the pass that first hears of it; the words themselves stand in the record. */
function writeRewriting(facts: Folding, at: Instant): readonly LedgerEvent[] {
  const { task, record } = facts
  const { rewriting } = record
  if (rewriting === null || rewriting.at !== at) return NONE
  const { attempt, by, of } = rewriting
  const run = task.runs.find(one => one.attempt === attempt && one.receipt !== null)?.id ?? null
  const report = task.reports.get(attempt)?.sha ?? null
  const evidence = { issue: task.issue.number, attempt, run, report, approved: of }
  return [{ at, task: task.id, event: 'rebased', actor: by, cause: explainRewriting(rewriting), evidence }]
}

/** What a person said about its landing, in the pass that first hears of it. */
function writeLanding({ task, record }: Folding, at: Instant): readonly LedgerEvent[] {
  const { landing } = record
  if (landing === null || landing.at === task.record?.landing?.at) return NONE
  const { is, by, head } = landing
  const evidence = { issue: task.issue.number, pull: task.pull?.number ?? null, head }
  return [
    { at, task: task.id, event: `landing:${is}`, actor: by.login, cause: explainOrder(landing), evidence },
  ]
}

/** Long after the end nobody can tell any more how it ended, and it was written down then. */
function isOver({ task, record }: Folding, state: TaskState): boolean {
  return state.is === 'dropped' && record.logged === 'merged' && isForgotten(task)
}

function printLogged(state: TaskState): string {
  switch (state.is) {
    case 'ready':
    case 'attempted':
    case 'proposed':
      return `${state.is}:${state.attempt}`
    case 'claimed':
      return `claimed:${state.claim.attempt}`
    case 'running':
      return `running:${state.attempt}`
    case 'waiting':
      return `waiting:${state.on}`
    default:
      return state.is
  }
}

/** Other transitions ride along with the next commit: each commit costs the host a write. */
function isUrgent(state: TaskState): boolean {
  return ['stuck', 'merged', 'undoing', 'dropped'].includes(state.is)
}

function evidenceOf({ task }: Folding, state: TaskState): LedgerEvent['evidence'] {
  const issue = { issue: task.issue.number }
  switch (state.is) {
    case 'claimed':
      return { ...issue, attempt: state.claim.attempt, claim: state.claim.sha }
    case 'running':
      return { ...issue, attempt: state.attempt, run: state.run.id }
    case 'attempted':
      return { ...issue, attempt: state.attempt, head: state.head }
    case 'proposed':
      return { ...issue, attempt: state.attempt, pull: state.pull.number, head: state.pull.head.sha }
    case 'undoing':
    case 'merged':
      return { ...issue, pull: state.pull.number, commit: state.sha }
    default:
      return issue
  }
}
