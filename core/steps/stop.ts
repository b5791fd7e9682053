import { genuineRuns } from '../attempt.ts'
import type { Effect } from '../effect.ts'
import type { Folding } from '../fold.ts'
import type { TaskState } from '../state.ts'

/** Ends runs that work for nothing: of stopped, closed, given-up or overtaken attempts. */
export function cancelNeedless({ task, world }: Folding, state: TaskState): Effect[] {
  const wanted = wantedAttempt(state)
  const by = { app: world.app, defaultBranch: world.repo.defaultBranch }
  return task.claims
    .filter(claim => claim.attempt !== wanted)
    .flatMap(claim => genuineRuns(task, claim.attempt, by))
    .filter(run => run.status !== 'completed' && run.runAttempt === 1)
    .map(run => ({ do: 'cancel', task: task.id, run: run.id }))
}

function wantedAttempt(state: TaskState): number | null {
  switch (state.is) {
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
