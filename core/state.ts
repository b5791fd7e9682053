import { kindOf } from './attempt/attempt.ts'
import type { Pulse } from './attempt/heartbeat.ts'
import { type Problem, printProblem } from './contract/problem.ts'
import type { Report } from './contract/report.ts'
import type { Verdicts } from './gates/gate.ts'
import { readTurn } from './landing/standing.ts'
import type { Approval } from './ledger.ts'
import type { Undoing } from './people/orders.ts'
import type { ReviewStanding } from './review/standing.ts'
import type { Blockage } from './schedule/blocker.ts'
import { cleanOutput } from './text/clean.ts'
import { explainBlocking } from './words/ask.ts'
import { explainPulse, nameDoing } from './words/heartbeat.ts'
import { explainWait } from './words/schedule.ts'
import { nameUnjudged } from './words/unjudged.ts'
import type { ClaimFacts, PullFacts, RunFacts, Sha } from './world.ts'

/**
 * What a task is, at any time exactly one of these; each carries only what makes sense there. One function (`fold.ts`)
 * makes it from the facts; everything else matches on it.
 */
/** Whose budgets an attempt is on: who asked for it, and the issue of its epic. */
export type Payer = { by: Approval['by']; epic: number | null }

export type TaskState =
  /** Nobody asks for an agent (any more). */
  | { is: 'idle' }
  | { is: 'malformed'; problems: readonly Problem[] }
  /** Needs something from outside. `help`: what people can do, where it is not what holds for all that wait on it; null: `why` says it. */
  | { is: 'waiting'; on: Exclude<WaitReason, 'blockers'>; why: string; help?: string | null }
  | { is: 'waiting'; on: 'blockers'; why: string | Blockage; help?: string | null }
  /**
   * `because`: why this agent; empty where it is simply the one that was asked for. `others`: who races with it. `rebase`: the
   * task is thought over first, before it is tried again.
   */
  | {
      is: 'ready'
      rebase: boolean
      agent: string
      others: readonly string[]
      because: string
      attempt: number
      payer: Payer
    }
  /** The claim exists; its run has not shown up yet. `late`: why it is not dispatched, where its place was given away. */
  | { is: 'claimed'; claim: ClaimFacts; late?: string }
  | { is: 'running'; attempt: number; run: RunFacts; pulse: Pulse }
  /** The run ended well and its attempt is genuine: publish it. */
  | { is: 'attempted'; attempt: number; head: Sha; report: Report }
  | {
      is: 'proposed'
      attempt: number
      pull: PullFacts
      verdicts: Verdicts
      review: ReviewStanding
      payer: Payer
    }
  | { is: 'stuck'; why: string; help: string }
  | { is: 'merged'; pull: PullFacts; sha: Sha }
  /** It has landed, and is taken back: by `revert`, once that is there. */
  | { is: 'undoing'; pull: PullFacts; sha: Sha; order: Undoing; why: string; revert: Revert }
  /** Its plan was merged: what the backlog says becomes issues below this one. */
  | { is: 'planned'; pull: PullFacts; sha: Sha }
  | { is: 'dropped'; why: string }

/** `missing`: to be made now. `none`: not now. */
export type Revert = 'missing' | 'none' | { pull: PullFacts; verdicts: Verdicts }

export type WaitReason =
  | 'approval'
  | 're-approval'
  | 'configuration'
  | 'caller'
  | 'blockers'
  | 'parent'
  | 'paused'
  | 'stopped'
  | 'capacity'
  | 'budget'
  | 'scope'
  | 'answer'
  | 'person'
  | 'standing'
  | 'ledger'
  | 'host'

/** How a task stands and why it is no further, in one line; for terminals and logs. Agents and others wrote parts of it. */
export function describeState(state: TaskState): string {
  return inOneLine(describe(state))
}

/** A line that is longer is not read as one. Characters. */
const LONGEST = 400

function inOneLine(text: string): string {
  const line = cleanOutput(text).replace(/\s+/g, ' ').trim()
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1).toWellFormed()}…`
}

function describe(state: TaskState): string {
  switch (state.is) {
    case 'idle':
      return 'nobody asks for an agent'
    case 'malformed':
      return describeProblems(state.problems)
    case 'waiting':
      if (state.on === 'answer') return `the agent asks: ${state.why}`
      return describeWait(explainWait(state.why))
    case 'ready':
      return state.rebase ? `to be thought over by ${state.agent}` : `ready for ${state.agent}`
    case 'claimed':
      return describeClaimed(state)
    case 'running':
      return `${nameRun(state)} ${nameDoing(state.pulse)}${explainPulse(state.pulse)}: ${state.run.url}`
    case 'attempted':
      return `attempt ${state.attempt} is done; its pull request comes next`
    case 'proposed':
      return `pull request #${state.pull.number} ${describeGate(state)}`
    case 'stuck':
      return `stuck: ${state.why}`
    case 'merged':
      return `merged by #${state.pull.number} as ${state.sha.slice(0, 7)}${nameUnjudged(state.pull)}`
    case 'undoing':
      return `#${state.pull.number} is being taken back: ${state.why}`
    case 'planned':
      return `planned by #${state.pull.number}, merged as ${state.sha.slice(0, 7)}`
    case 'dropped':
      return state.why
  }
}

function describeProblems([first, ...more]: readonly Problem[]): string {
  const rest = more.length === 0 ? '' : ` (and ${more.length} more)`
  return `cannot be read: ${first === undefined ? 'nobody knows why' : printProblem(first)}${rest}`
}

function describeWait(why: string): string {
  return why.startsWith('waits') ? why : `waiting: ${why}`
}

function describeGate({ verdicts: { blocking }, pull }: Extract<TaskState, { is: 'proposed' }>): string {
  if (blocking === null) {
    const turn = readTurn(pull.gate)
    return turn === null ? 'passes every gate' : `passes every gate. ${turn}`
  }
  return `${blocking.is === 'refuse' ? 'is refused' : 'waits'}: ${explainBlocking(blocking)}`
}

/** What a run among the attempts is for. */
export function nameRun({ run, attempt }: { run: Pick<RunFacts, 'kind'>; attempt: number }): string {
  return run.kind === 'rebase' ? `rebase ${attempt}` : `attempt ${attempt}`
}

function describeClaimed({ claim, late }: Extract<TaskState, { is: 'claimed' }>): string {
  const { attempt, dispatch } = claim
  const name = nameRun({ run: { kind: kindOf(claim) }, attempt })
  if (dispatch?.is === 'refused') return `GitHub refuses to start the run of ${name}: ${dispatch.why}`
  if (late !== undefined) return `${name} ${late}`
  return `claimed as ${name}; its run has not started yet`
}
