import type { Budget } from './accounts/books.ts'
import type { FailureKind } from './agents/failure.ts'
import { chooseTeam, passesOn } from './agents/route.ts'
import { type AttemptState, judgeAttempt, kindOf } from './attempt/attempt.ts'
import { judgeBranch } from './attempt/branch.ts'
import { awaitRefs, feelPulse } from './attempt/heartbeat.ts'
import { countTries, routeOf } from './attempt/tries.ts'
import type { Config } from './config/config.ts'
import type { Parsed } from './contract/problem.ts'
import type { Outcome } from './contract/report.ts'
import { judge } from './gates/registry.ts'
import type { Approval, TaskRecord } from './ledger.ts'
import { parsePullMarker } from './names.ts'
import { foldOver, foldTorn } from './over.ts'
import type { FromAbove } from './people/above.ts'
import type { Intent } from './people/intent.ts'
import type { Held } from './people/orders.ts'
import type { Ruling } from './people/ruling.ts'
import { isPlanned } from './planning/feature.ts'
import { proposalOf } from './proposal.ts'
import { chooseRebaser } from './rebase/due.ts'
import type { Blockage } from './schedule/blocker.ts'
import type { Payer, TaskState, WaitReason } from './state.ts'
import { isOutlived } from './steps/forget.ts'
import type { TaskSpec } from './task.ts'
import { explainMissed } from './words/below.ts'
import { helpSpent } from './words/budget.ts'
import { explainConfig } from './words/config.ts'
import { explainEnd, helpTried } from './words/failure.ts'
import { explainGone, REFS_GONE } from './words/heartbeat.ts'
import { explainControls, explainRecord } from './words/ledger.ts'
import { explainStopped } from './words/rollback.ts'
import { SPLITTING } from './words/split.ts'
import { helpApprove, PAUSED, SAY_AGAIN } from './words/state.ts'
import { explainTaken } from './words/taken.ts'
import { atLeast, type Instant, type PullFacts, type TaskFacts, type World } from './world.ts'

/** Everything known of one task, with this pass's commands already taken into the record. */
export type Folding = {
  world: World
  now: Instant
  config: Parsed<Config>
  task: TaskFacts
  record: TaskRecord
  /** The text that stands there is the approved one. */
  approved: boolean
  /** Reading a text costs more than all other questions together, and most tasks of a large repository only wait. */
  spec(): Parsed<TaskSpec>
  intent: Intent
  /** Whether it was asked for together with all that is below a parent. */
  asked: FromAbove
  /** What was said about its epic or the whole repository. */
  above: Held | null
  /** Whom somebody named for all below an epic of it; asked for only where an agent is chosen. */
  assignedAbove(): TaskRecord['assigned']
  /** Somebody said that nothing lands for now. */
  frozen: Ruling['frozen']
  /** Why other issues keep it from starting; null when none does. */
  blocked: Blockage | null
  /** Budgets that it is on and that are nearly used up; those of them of which nobody was told yet. */
  nearly: readonly Budget[]
  untold: readonly Budget[]
  /** Agents whose service failed them on some task just now. */
  unwell(): ReadonlyMap<string, FailureKind>
}

/** The one function that says what a task is. Each question is asked once; the first that has an answer decides. */
export function fold(facts: Folding): TaskState {
  return foldOver(facts) ?? unwanted(facts) ?? held(facts) ?? inFlight(facts)
}

function wait(on: Exclude<WaitReason, 'blockers'>, why: string, help?: string | null): TaskState {
  return help === undefined ? { is: 'waiting', on, why } : { is: 'waiting', on, why, help }
}

function waitForOthers(why: string | Blockage): TaskState {
  return { is: 'waiting', on: 'blockers', why }
}

function unwanted({ task, intent, world, config }: Folding): TaskState | null {
  if (intent.is === 'refused') {
    // People who may start work are told what was wrong; strangers cannot make Chorus talk.
    const may = intent.by !== null && atLeast(world.standings.get(intent.by.id) ?? 'none', 'triage')
    if (!may) return wait('standing', intent.why)
    // Which agents there are cannot be told from a configuration that cannot be read.
    return config.ok
      ? wait('configuration', intent.why, SAY_AGAIN)
      : wait('configuration', explainConfig(config.problems))
  }
  if (intent.is === 'asked') return null
  const begun = task.claims.length > 0 || task.pull !== null
  if (intent.is === 'missed' && !begun) return wait('parent', explainMissed(intent))
  return begun ? { is: 'dropped', why: 'its agent label was taken off' } : { is: 'idle' }
}

function held(facts: Folding): TaskState | null {
  const { task, config, record, approved } = facts
  if (task.distrust !== null) return wait('ledger', explainRecord(task.id, task.distrust))
  if (!config.ok) return wait('configuration', explainConfig(config.problems))
  if (record.split !== null) return waitForOthers(SPLITTING)
  if (task.issue.container)
    return waitForOthers('it is a parent: its sub-issues are worked on, not the issue itself')
  if (facts.above?.is === 'stopped') return wait('stopped', facts.above.why, null)
  if (record.stopped !== null) return wait('stopped', explainStopped(record, record.stopped))
  // Only what can be read is ever approved.
  const unreadable = approved ? null : malformed(facts)
  if (unreadable !== null) return unreadable
  if (record.approval === null && task.issue.edits === null)
    return wait('host', 'GitHub does not tell yet who edited the issue last')
  if (record.approval === null)
    return wait(
      'approval',
      'its text changed after it was asked for; somebody with triage access has to say it again',
    )
  return null
}

function malformed({ spec }: Folding): TaskState | null {
  const read = spec()
  return read.ok ? null : { is: 'malformed', problems: read.problems }
}

function inFlight(facts: Folding): TaskState {
  const { task, world } = facts
  const attempt = judgeAttempt(withRecord(task, facts.record), world.app, world.repo.defaultBranch)
  const shown = 'claim' in attempt ? shownPull(task.pull, attempt.claim.attempt) : null
  if (shown !== null && 'claim' in attempt) return proposed(facts, shown, attempt.claim.attempt)
  switch (attempt.is) {
    case 'none':
      return next(facts, facts.record.voidThrough + 1)
    case 'void':
    case 'unclaimed':
      return next(facts, attempt.attempt + 1)
    case 'pending':
      return { is: 'claimed', claim: attempt.claim }
    case 'running':
    case 'settling':
      return running(facts, attempt)
    case 'lost':
      return retry(facts, attempt.claim.attempt, attempt.why)
    case 'ended':
      return ended(facts, attempt)
  }
}

function running(
  facts: Folding,
  { is, claim, run }: Extract<AttemptState, { is: 'running' | 'settling' }>,
): TaskState {
  const pulse = is === 'running' ? feelPulse(claim, run, facts.now) : awaitRefs(run, facts.now)
  // What it may still hand over is of an attempt that is not the newest any more.
  if (pulse.is === 'gone')
    return retry(facts, claim.attempt, is === 'running' ? explainGone(pulse) : REFS_GONE)
  return { is: 'running', attempt: claim.attempt, run, pulse }
}

function withRecord(task: TaskFacts, record: TaskRecord): TaskFacts {
  return task.record === record ? task : { ...task, record }
}

/** The pull request that shows the newest attempt: from there on gates decide, not runs. */
function shownPull(pull: PullFacts | null, attempt: number): PullFacts | null {
  if (pull === null || pull.state === 'merged') return null
  return parsePullMarker(pull.body)?.attempt === attempt ? pull : null
}

function proposed(facts: Folding, pull: PullFacts, attempt: number): TaskState {
  if (isRevised(facts, attempt)) return next(facts, attempt + 1)
  const frozen = controlled(facts)
  if (frozen !== null) return frozen
  if (pull.state === 'closed') {
    const who = pull.closedBy === null ? 'somebody' : `@${pull.closedBy.login}`
    return wait('person', `#${pull.number} was closed by ${who} without being merged`)
  }
  return malformed(facts) ?? showProposal(facts, pull, attempt)
}

function showProposal(facts: Folding, pull: PullFacts, attempt: number): TaskState {
  const proposal = proposalOf(facts, pull, attempt)
  const { reviewed: review } = proposal
  return {
    is: 'proposed',
    attempt,
    pull,
    verdicts: judge(proposal),
    review,
    payer: payerOf(facts, facts.record.approval!),
  }
}

/** Outcomes that another try by the agent would not change. */
const FOR_A_PERSON: readonly Outcome[] = ['setup-failed', 'cannot-run']

const MEND = 'Mend it, then comment `/chorus retry`.'

function ended(facts: Folding, attempt: Extract<AttemptState, { is: 'ended' }>): TaskState {
  const { report, claim, head } = attempt
  const number = claim.attempt
  if (report.outcome === 'question') {
    const answered = isRevised(facts, number)
    return answered ? next(facts, number + 1) : wait('answer', report.question?.trim() || explainEnd(report))
  }
  // What it added is on the record; where it brought nothing, the task stays as it was.
  if (kindOf(claim) === 'rebase') return next(facts, number + 1)
  const route = routeOf(facts)
  if (FOR_A_PERSON.includes(report.outcome) && !(route !== null && passesOn(route, number))) {
    return {
      is: 'stuck',
      why: explainEnd(report),
      help: report.failure === 'budget' ? helpSpent(number, head) : MEND,
    }
  }
  if (report.outcome !== 'done' || head === null)
    return retry(facts, number, explainEnd(report), report.failure)
  if (!facts.approved) return reapproval(facts, false)
  const move = judgeBranch(facts.task, claim, head)
  if (move?.by === 'foreign') return overtaken(facts, number, move.branch)
  const taken = facts.task.taken.find(one => one.branch === move?.branch)
  if (taken !== undefined) return { is: 'stuck', ...explainTaken(taken) }
  return { is: 'attempted', attempt: number, head, report }
}

function isRevised({ record }: Folding, attempt: number): boolean {
  return record.revisions.some(revision => revision.attempt === attempt + 1)
}

/** A person's commits came first: which of the two goes on is for a person to say. */
function overtaken(facts: Folding, attempt: number, branch: string): TaskState {
  if (isRevised(facts, attempt)) return next(facts, attempt + 1)
  const take = `delete the branch to see the attempt instead`
  const open = facts.task.pull?.state === 'open'
  return {
    is: 'stuck',
    why: `somebody pushed to ${branch} while attempt ${attempt} was at work; their commits are kept and the attempt is not shown`,
    help: open ? `Comment \`/chorus revise\` to go on from their commits, or ${take}.` : `You can ${take}.`,
  }
}

/** @param same is the text still the approved one? */
function reapproval({ record }: Folding, same: boolean): TaskState {
  const since = same ? 'closed, and what was made of it cleared away,' : 'edited'
  return wait('re-approval', `the issue was ${since} after it was approved`, helpApprove(isPlanned(record)))
}

/** Another fresh attempt, until the limit; then a person. */
function retry(facts: Folding, failed: number, why: string, failure: FailureKind | null = null): TaskState {
  if (!facts.config.ok) return held(facts)!
  const tried = countTries(facts, failed)
  if (tried < facts.config.value.limits.attempts) return next(facts, failed + 1)
  return {
    is: 'stuck',
    why: `${tried} ${tried === 1 ? 'attempt' : 'attempts'} failed; the last one: ${why}`,
    help: helpTried(failure),
  }
}

/** May attempt `number` start now? Capacity is judged later, over all tasks together. */
function next(facts: Folding, number: number): TaskState {
  const { world, record, config, approved } = facts
  const { approval } = record
  if (!config.ok || approval === null) return wait('approval', 'it is not approved')
  const frozen = controlled(facts)
  const unsure = frozen ?? foldTorn(facts)
  if (unsure !== null) return unsure
  if (!approved || isOutlived(facts.task, approval)) return reapproval(facts, approved)
  if (world.caller.is === 'missing')
    return wait('caller', 'the workflow file .github/workflows/chorus.yml is not on the default branch')
  if (world.caller.is === 'outdated')
    return wait('caller', 'the workflow file .github/workflows/chorus.yml is of another version')
  if (facts.blocked !== null) return waitForOthers(facts.blocked)
  if (record.paused) return wait('paused', PAUSED, null)
  if (facts.above !== null) return wait('paused', facts.above.why, null)
  const route = routeOf(facts)
  if (route === null) return malformed(facts)!
  const payer = payerOf(facts, approval)
  const rebaser = chooseRebaser(facts, number)
  if (rebaser !== null) return { is: 'ready', rebase: true, ...rebaser, others: [], attempt: number, payer }
  const choice = chooseTeam(route)
  if (choice === null)
    return wait('configuration', `the configuration has no agent called "${approval.agent}" any more`)
  return { is: 'ready', rebase: false, ...choice, attempt: number, payer }
}

/** Planning an epic is part of what it costs. */
function payerOf({ task, record }: Folding, { by }: Approval): Payer {
  return { by, epic: task.issue.parent ?? (isPlanned(record) ? task.issue.number : null) }
}

/** Somebody may have stopped everything, or its epic: where that cannot be known, nothing starts and nothing lands. */
function controlled({ world, above }: Folding): TaskState | null {
  const { controls } = world.ledger.broken
  if (controls !== null) return wait('ledger', explainControls(controls))
  return above?.is === 'doubted' ? wait('ledger', above.why) : null
}
