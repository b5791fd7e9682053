import { genuineRuns, newestClaim } from '../attempt.ts'
import type { Effect } from '../effect.ts'
import type { Folding } from '../fold.ts'
import type { TaskState } from '../state.ts'

/** Ends runs that work for nothing: of stopped, closed, given-up or overtaken attempts. */
export function cancelNeedless(facts: Folding, state: TaskState): Effect[] {
  const { task, world } = facts
  const wanted = wantedAttempt(facts, state)
  const by = { app: world.app, defaultBranch: world.repo.defaultBranch }
  return task.claims
    .filter(claim => claim.attempt !== wanted)
    .flatMap(claim => genuineRuns(task, claim.attempt, by))
    .filter(run => run.status !== 'completed' && run.runAttempt === 1 && !run.cancelAsked)
    .map(run => ({ do: 'cancel', task: task.id, run: run.id }))
}

function wantedAttempt({ task, record }: Folding, state: TaskState): number | null {
  switch (state.is) {
    case 'waiting': {
      // A slip in the configuration or on the ledger holds things back, but is no reason to throw away what is under way.
      const newest = newestClaim(task)?.attempt ?? 0
      return (state.on === 'configuration' || state.on === 'ledger') && newest > record.voidThrough
        ? newest
        : null
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
