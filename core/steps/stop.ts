import { genuineRuns, newestClaim } from '../attempt.ts'
import type { Effect } from '../effect.ts'
import type { Folding } from '../fold.ts'
import type { TaskState } from '../state.ts'
import type { Instant, TaskFacts } from '../world.ts'

/** Ends runs that work for nothing: of stopped, closed, given-up or overtaken attempts. */
export function cancelNeedless(facts: Folding, state: TaskState): Effect[] {
  const { task, world, now } = facts
  if (task.claims.length === 0) return []
  const wanted = wantedAttempt(facts, state)
  const by = { app: world.app, defaultBranch: world.repo.defaultBranch }
  return task.claims
    .filter(claim => claim.attempt !== wanted)
    .flatMap(claim => genuineRuns(task, claim.attempt, by))
    .filter(run => run.status !== 'completed' && run.runAttempt === 1)
    .filter(run => run.cancelAsked === null || run.cancelAsked + PATIENCE <= now)
    .map(run => ({ do: 'cancel', task: task.id, run: run.id, force: run.cancelAsked !== null }))
}

/** How long a run is given to obey: its steps that always run are still to come. Milliseconds. */
const PATIENCE = 5 * 60_000

/** When a run that was asked to end has had its time; null where none was. */
export function whenToForce({ runs }: TaskFacts): Instant | null {
  const asked = runs.flatMap(run => (run.status === 'completed' ? [] : (run.cancelAsked ?? [])))
  return asked.length === 0 ? null : Math.min(...asked) + PATIENCE
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
