import { append, type Effect, type EffectName, NOTHING } from './effect.ts'
import type { Folding } from './fold.ts'
import { PHASES, type Phase, parsePhaseLabel, printPhaseLabel } from './labels.ts'
import { waitsForPeople } from './landing/standing.ts'
import type { Answer, Projection } from './project.ts'
import { inForce } from './rebase/force.ts'
import { awaitsComment } from './saying.ts'
import type { TaskState, WaitReason } from './state.ts'
import { isForgotten } from './steps/forget.ts'
import { writeStatus } from './words/status.ts'
import type { Instant, TaskFacts } from './world.ts'

/** What people see of a task besides its pull request. Never read back as truth. */
export type Display = {
  effects: readonly Effect[]
  /** Set when this pass makes the status comment: the right to do so is won by the ledger's compare-and-swap. */
  saying: Instant | null
  /** What a command asked to be told, where it is still to be told: an epic's comment is written when all below it is decided. */
  answer: Answer | null
}

/** `acts`: what is done before anything is shown. */
export function showTask(
  facts: Folding,
  state: TaskState,
  projection: Projection,
  acts: readonly Effect[],
): Display {
  const epic = facts.task.issue.container
  const comment = epic ? null : showStatus(facts, state, projection)
  return {
    effects: append(
      append(showPhase(facts, state, acts), showReactions(facts, projection)),
      comment === null ? NOTHING : [comment],
    ),
    saying: comment !== null && comment.comment === null ? facts.now : null,
    answer: epic ? projection.answer : null,
  }
}

function showReactions({ task }: Folding, { reactions }: Projection): readonly Effect[] {
  if (reactions.length === 0) return NOTHING
  return reactions.map(({ comment, content }) => ({ do: 'react', task: task.id, comment, content }))
}

const ACTS: Partial<Record<EffectName, Phase>> = {
  open: 'pr_created',
  describe: 'pr_created',
  land: 'merged',
}

function phaseOf(state: TaskState): Phase | null {
  switch (state.is) {
    case 'claimed':
      return 'spawned'
    case 'running':
      return 'working'
    case 'attempted':
      return 'committed'
    case 'proposed':
      return 'pr_created'
    case 'merged':
    case 'planned':
      return 'merged'
    default:
      return null
  }
}

/** A claim whose run has not started is worth a label only when it lasts: each costs the host two requests. Milliseconds. */
const SOON = 15_000

function showPhase({ task, now: at }: Folding, state: TaskState, acts: readonly Effect[]): readonly Effect[] {
  if (isForgotten(task)) return NOTHING
  // What is about to be done is shown together with it: the host's lists change once, not twice.
  const doing = state.is === 'undoing' ? null : phaseIn(acts, state)
  const phase = doing ?? phaseOf(state)
  // Between two steps there is nothing to show that will not change at once.
  if (doing === null && (isStep(state) || isUnsure(state))) return NOTHING
  if (state.is === 'claimed' && at - state.claim.at < SOON) return NOTHING
  // Most tasks have no phase, and never had one.
  if (phase === null && !task.issue.labels.some(isPhase)) return NOTHING
  return keepPhase(task, phase)
}

function isPhase(label: string): boolean {
  return parsePhaseLabel(label) !== null
}

function keepPhase(task: TaskFacts, phase: Phase | null): readonly Effect[] {
  const now = task.issue.labels.map(parsePhaseLabel).filter(label => label !== null)
  const add = phase === null || now.includes(phase) ? [] : [printPhaseLabel(phase)]
  const remove = PHASES.filter(one => one !== phase && now.includes(one)).map(printPhaseLabel)
  if (add.length === 0 && remove.length === 0) return NOTHING
  return [{ do: 'label', task: task.id, issue: task.issue.number, add, remove }]
}

function phaseIn(acts: readonly Effect[], state: TaskState): Phase | null {
  for (const act of acts) {
    // The run follows at once. Claimed beside a pull request is a review.
    const phase = act.do === 'claim' && state.is === 'ready' ? 'working' : ACTS[act.do]
    if (phase !== undefined) return phase
  }
  return null
}

function showStatus(
  facts: Folding,
  state: TaskState,
  projection: Projection,
): Extract<Effect, { do: 'say' }> | null {
  const { task, record } = facts
  const known = task.statusComment
  const asked = projection.answer !== null
  if (!asked && isForgotten(task)) return null
  const worth =
    asked ||
    needsPerson(state) ||
    facts.untold.length > 0 ||
    inForce(record) !== null ||
    isSurprise(facts, state)
  if (known === null && !worth) return null
  if (awaitsComment(facts)) return null
  const body = writeStatus(facts, state, projection.answer)
  if (known !== null && (known.body === body || (!asked && isPassing(state)))) return null
  return {
    do: 'say',
    task: task.id,
    issue: task.issue.number,
    comment: known?.id ?? null,
    body,
    once: asked,
  }
}

const TELL: readonly WaitReason[] = [
  'approval',
  're-approval',
  'configuration',
  'caller',
  'budget',
  'answer',
  'person',
  'ledger',
]

/** What landed unjudged is told when it is seen: it is no news where up-to-date branches came to be asked for later. */
function isSurprise({ record }: Folding, state: TaskState): boolean {
  if (state.is !== 'merged' || state.pull.unjudged === null) return false
  return record.logged !== 'merged' || record.saying !== null
}

/** Somebody has to do something, or was waiting for it: only then a comment is written. */
export function needsPerson(state: TaskState): boolean {
  switch (state.is) {
    case 'stuck':
    case 'malformed':
    case 'undoing':
      return true
    case 'claimed':
      return isRefused(state)
    case 'running':
      return state.pulse.is !== 'alive'
    case 'waiting':
      return TELL.includes(state.on)
    case 'proposed':
      return waitsForPeople(state)
    default:
      return false
  }
}

/** States that last for moments: an edit for each would cost the host more than it tells anybody. */
function isPassing(state: TaskState): boolean {
  if (state.is === 'proposed') return isThinking(state)
  if (state.is === 'claimed') return !isRefused(state) && state.late === undefined
  return isStep(state)
}

/** Of a base that has just moved GitHub knows nothing for a moment. */
function isThinking({ verdicts: { blocking } }: Extract<TaskState, { is: 'proposed' }>): boolean {
  return blocking?.gate === 'conflict' && blocking.is === 'wait'
}

function isStep(state: TaskState): boolean {
  return state.is === 'ready' || state.is === 'attempted'
}

/** GitHub's answers are of different moments, and agree soon: what they show together never was. */
function isUnsure(state: TaskState): boolean {
  return state.is === 'waiting' && state.on === 'host'
}

/** A person has to mend what GitHub refuses. */
function isRefused({ claim }: Extract<TaskState, { is: 'claimed' }>): boolean {
  return claim.dispatch?.is === 'refused'
}
