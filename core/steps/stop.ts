import { genuineRuns, newestClaim } from '../attempt/attempt.ts'
import { PATIENCE } from '../attempt/heartbeat.ts'
import { type Effect, NOTHING } from '../effect.ts'
import type { Folding } from '../fold.ts'
import { reviewsOf } from '../review/tries.ts'
import type { TaskState } from '../state.ts'
import type { Instant, TaskFacts } from '../world.ts'

/** Ends runs that work for nothing: of stopped, closed, given-up or overtaken attempts, and of their reviews. */
export function cancelNeedless(facts: Folding, state: TaskState): readonly Effect[] {
  const { task } = facts
  if (task.claims.length === 0) return NOTHING
  const attempts = cancelBut(facts, task, wantedAttempt(facts, state))
  if (task.reviews.claims.length === 0) return attempts
  return [...attempts, ...cancelBut(facts, reviewsOf(task), wantedReview(task, state))]
}

function cancelBut({ world, now }: Folding, task: TaskFacts, wanted: number | null): Effect[] {
  const by = { app: world.app, defaultBranch: world.repo.defaultBranch }
  return task.claims
    .filter(claim => claim.attempt !== wanted)
    .flatMap(claim => genuineRuns(task, claim.attempt, by))
    .filter(run => run.status !== 'completed' && run.runAttempt === 1)
    .filter(run => run.cancelAsked === null || run.cancelAsked + PATIENCE <= now)
    .map(run => ({ do: 'cancel', task: task.id, run: run.id, force: run.cancelAsked !== null }))
}

function wantedReview({ reviews }: TaskFacts, state: TaskState): number | null {
  if (isSlip(state)) return reviews.claims.findLast(claim => claim.sealed)?.attempt ?? null
  if (state.is !== 'proposed') return null
  const { review } = state
  return review.is === 'claimed' || review.is === 'running' ? review.claim.attempt : null
}

/** When a run that was asked to end has had its time; null where none was. */
export function whenToForce({ runs, reviews }: TaskFacts): Instant | null {
  if (runs.length + reviews.runs.length === 0) return null
  const asked = [...runs, ...reviews.runs].flatMap(run =>
    run.status === 'completed' ? [] : (run.cancelAsked ?? []),
  )
  return asked.length === 0 ? null : Math.min(...asked) + PATIENCE
}

function wantedAttempt({ task, record }: Folding, state: TaskState): number | null {
  switch (state.is) {
    case 'waiting': {
      const newest = newestClaim(task)?.attempt ?? 0
      return isSlip(state) && newest > record.voidThrough ? newest : null
    }
    case 'claimed':
      return state.claim.attempt
    case 'running':
    case 'attempted':
    case 'proposed':
      return state.attempt
    default:
      return null
  }
}

/** In the configuration or on the ledger: it holds things back, but is no reason to throw away what is under way. */
function isSlip(state: TaskState): boolean {
  return state.is === 'waiting' && (state.on === 'configuration' || state.on === 'ledger')
}
