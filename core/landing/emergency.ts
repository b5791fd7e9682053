import { REDS_ALONE } from '../gates/checks.ts'
import { isUnderWay } from '../gates/running.ts'
import type { TaskRecord } from '../ledger.ts'
import type { TaskState } from '../state.ts'
import type { Instant, PullFacts, TaskFacts, World } from '../world.ts'
import { readJudgement } from './judgement.ts'

type Proposed = Extract<TaskState, { is: 'proposed' }>

/** Whoever maintains the repository sets it on an issue: its pull request goes first and alone. `/chorus merge emergency` says the same. */
export const EMERGENCY_LABEL = 'emergency'

/** By command, for the commit that could be seen or with our own merges of the base on top; by label, whatever its commit. */
export function emergencyOf({ landing }: TaskRecord, pull: PullFacts | null): TaskRecord['landing'] {
  if (landing?.is !== 'emergency') return null
  return landing.head === null || pull?.layers.includes(landing.head) === true ? landing : null
}

/**
 * What goes first and alone: the oldest emergency that only waits for CI, or for GitHub. One that somebody has to do something about
 * holds nobody up.
 */
export function findEmergency(
  { tasks }: World,
  states: readonly TaskState[],
  now: Instant,
): TaskFacts | null {
  const proposed = new Map(
    states.flatMap(state => (state.is === 'proposed' ? [[state.pull, state] as const] : [])),
  )
  let first: { task: TaskFacts; at: Instant } | null = null
  for (const task of tasks) {
    const { record, pull } = task
    const state = pull === null ? undefined : proposed.get(pull)
    const asked = record === null || state === undefined ? null : emergencyOf(record, pull)
    if (asked === null || (first !== null && first.at <= asked.at)) continue
    if (isOnItsWay(state!, asked.at, now)) first = { task, at: asked.at }
  }
  return first?.task ?? null
}

/**
 * So long after it was asked for, CI need not be seen at work: after each update it takes a while to begin. Later what is not under
 * way has most likely been cancelled, or never comes, and others must not wait for that. Milliseconds.
 */
const PATIENCE = 60 * 60_000

function isOnItsWay({ verdicts, pull }: Proposed, asked: Instant, now: Instant): boolean {
  return verdicts.all.every(({ gate, verdict }) => {
    if (verdict.is === 'pass') return true
    if (verdict.is === 'refuse') return false
    return gate === 'fresh' || (gate === 'checks' && (now - asked < PATIENCE || isBeingJudged(pull, now)))
  })
}

function isBeingJudged({ checks, judged }: PullFacts, now: Instant): boolean {
  return isUnderWay(checks, now, now) || readJudgement({ judged, reds: REDS_ALONE, now }).is === 'running'
}
