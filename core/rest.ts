import type { Pulse } from './attempt/heartbeat.ts'
import type { Folding } from './fold.ts'
import { whenToEscalate } from './gates/escalation.ts'
import { whenToTellGone } from './landing/gone.ts'
import type { Move } from './move.ts'
import { GATE_CHECK } from './names.ts'
import { findNudge } from './people/nudge.ts'
import type { TaskState } from './state.ts'
import { whenToClear, whenToForget } from './steps/forget.ts'
import { whenToPostAgain } from './steps/review.ts'
import { whenToForce } from './steps/stop.ts'
import type { Instant } from './world.ts'

/** Nothing is to be done, and only other facts could change that. */
export function isAtRest({ facts, state, acts, display, record }: Move): boolean {
  if (acts.length > 0 || display.effects.length > 0 || record !== null || facts.nearly.length > 0)
    return false
  // What an epic shows depends on others, and so does how long a rollback that was ended is remembered.
  if (facts.task.issue.container || facts.record.cancelled !== null) return false
  return isTimeless(state, facts.config) && facts.record.saying === null
}

/** When time alone changes what there is to do about a task at rest; null: never. */
export function whenToJudgeAgain({ facts, state }: Move): Instant | null {
  const { task, now } = facts
  let first = sooner(null, whenToForget(task), now)
  first = sooner(first, whenToClear(task), now)
  first = sooner(first, whenToForce(task), now)
  first = sooner(first, whenToPostAgain(facts), now)
  first = sooner(first, whenToEscalate(facts, state), now)
  first = sooner(first, findNudge(facts, state)?.at ?? null, now)
  first = sooner(first, whenToTellGone(facts, state), now)
  first = sooner(first, whenWaitedEnough(state), now)
  return sooner(first, pulseOf(state)?.until ?? null, now)
}

/** A gate that waits for no longer than that. */
function whenWaitedEnough(state: TaskState): Instant | null {
  if (state.is !== 'proposed') return null
  const ends = state.verdicts.all.flatMap(({ verdict }) =>
    verdict.is === 'wait' ? (verdict.until ?? []) : [],
  )
  return ends.length === 0 ? null : Math.min(...ends)
}

/** What is over does not come again. */
function sooner(first: Instant | null, at: Instant | null, now: Instant): Instant | null {
  if (at === null || at <= now) return first
  return first === null || at < first ? at : first
}

/** Of the run that is waited for, an attempt's or a review's. */
function pulseOf(state: TaskState): Pulse | null {
  if (state.is === 'running') return state.pulse
  return state.is === 'proposed' && state.review.is === 'running' ? state.review.pulse : null
}

/** Is this judged without asking for the time? */
function isTimeless(state: TaskState, config: Folding['config']): boolean {
  switch (state.is) {
    case 'idle':
    case 'malformed':
    case 'waiting':
    case 'running':
    case 'stuck':
    case 'merged':
    case 'planned':
    case 'dropped':
      return true
    case 'proposed':
      if (state.review.is === 'due' || state.review.is === 'claimed') return false
      // Only CI that has not shown up yet is given time, and times of the week come by themselves.
      if (config.ok && config.value.gates.freeze.length + config.value.gates.window.length > 0) return false
      if (isAwaited(state)) return false
      if (state.pull.judged.length > 0) return state.pull.judged.every(({ verdict }) => verdict === 'passed')
      return state.pull.checks.some(check => check.name !== GATE_CHECK)
    case 'ready':
    case 'claimed':
    case 'attempted':
    case 'undoing':
      return false
  }
}

/** Nothing runs, and a check is missing: when it is late, that is said. */
function isAwaited({ verdicts, pull }: Extract<TaskState, { is: 'proposed' }>): boolean {
  const line = verdicts.all.find(({ gate }) => gate === 'checks')
  return line?.verdict.is === 'wait' && pull.checks.every(({ status }) => status === 'completed')
}
