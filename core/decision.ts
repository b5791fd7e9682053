import type { TaskRecord } from './ledger.ts'
import { decide, type Judged, type Move } from './move.ts'
import { asksForLook } from './nextlook.ts'
import type { FromAbove } from './people/above.ts'
import type { Held } from './people/orders.ts'
import { isAtRest, whenToJudgeAgain } from './rest.ts'
import { isReviewDue } from './review/turn.ts'
import type { Turn } from './schedule/admit.ts'
import type { Blockage } from './schedule/blocker.ts'
import type { Candidate } from './schedule/candidate.ts'
import { claimOf } from './schedule/late.ts'
import type { TaskState } from './state.ts'
import { explainBlockage } from './words/schedule.ts'
import type { Instant, TaskFacts } from './world.ts'

/** What becomes of one task while its epic or the repository is held `above`, other issues keep it `blocked` (null: none does) and `held` keeps it back (null: nothing does). `move` null: nothing to do. */
export type Decision = {
  is: 'decided'
  above: Held | null
  blocked: Blockage | null
  /** Whether it was asked for together with all that is below a parent. */
  asked: FromAbove
  wanted: TaskState
  held: Turn | null
  state: TaskState
  /** Whom its epic names, where that may change what it is. */
  assigned: TaskRecord['assigned']
  move: Move | null
  /** When time alone changes it; null: never. */
  until: Instant | null
  /** Nothing of it is under way, it is in nobody's way, and it asks for no look. Nearly all are so. */
  quiet: boolean
}

/** Decided, or judged only, as whoever is ready depends on all others. */
export type Look = Decision | (Judged & { is: 'judged' })

/** What is decided at once does not have to be kept until the end. */
export function lookAt(judged: Judged): Look {
  return hangsOnOthers(judged.wanted) ? { ...judged, is: 'judged' } : settle(judged, null)
}

/** Only what would begin does, and what is claimed, as its place may be given away. */
export function hangsOnOthers(wanted: TaskState): boolean {
  return wanted.is === 'ready' || isReviewDue(wanted) || claimOf(wanted) !== null
}

/** @param held what a task that hangs on others may do beside them; null for the rest. */
export function settle(judged: Judged, held: Turn | null): Decision {
  const move = decide(judged, held)
  const { facts, wanted } = judged
  const { above, blocked, asked, task } = facts
  const { state } = move
  const rests = isAtRest(move)
  const until = whenToJudgeAgain(move)
  const quiet = rests && until === null && !asksForLook(state) && !isConcerned(wanted, task)
  const assigned = hangsOnAgent(state) ? facts.assignedAbove() : null
  return {
    is: 'decided',
    above,
    blocked,
    asked,
    wanted,
    held,
    state,
    assigned,
    move: rests ? null : move,
    until,
    quiet,
  }
}

/** Another agent could get it off. */
export function hangsOnAgent(state: TaskState): boolean {
  return state.is === 'stuck' || (state.is === 'waiting' && state.on === 'configuration')
}

/** Who goes on is never at rest. */
export function isSameTurn(a: Turn | null, b: Turn | null): boolean {
  return a === b || (a?.is === 'wait' && b?.is === 'wait' && a.why === b.why)
}

/** Worked out anew it may still say the same. */
export function isSameBlockage(a: Blockage | null, b: Blockage | null): boolean {
  return a === b || (a !== null && b !== null && explainBlockage(a) === explainBlockage(b))
}

/** Nothing of theirs is under way, and they want nothing. */
const UNCONCERNED: readonly TaskState['is'][] = ['idle', 'malformed', 'merged', 'undoing', 'dropped']

/** Has it a place, does it want one, or may it be in somebody's way? */
export function isConcerned(state: Candidate['state'], task: TaskFacts): boolean {
  const still = state.is === 'waiting' || state.is === 'stuck'
  return !UNCONCERNED.includes(state.is) && !(still && task.pull === null)
}
