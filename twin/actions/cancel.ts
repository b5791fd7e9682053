import { HttpError } from '../http/route.ts'
import type { Repo, TwinState } from '../state.ts'
import { engineOf } from './engine/engine.ts'
import type { CancelKind } from './engine/live.ts'
import { setRun } from './runs.ts'
import type { Run } from './state.ts'

/** Asks a run to end (`ask`), or ends it at once. Throws 409 when it has ended. */
export function cancelRun(state: TwinState, repo: Repo, run: Run, kind: CancelKind): void {
  if (run.status === 'completed' && run.conclusion !== 'action_required') {
    throw new HttpError(409, 'Cannot cancel a workflow run that is completed.')
  }
  const engine = engineOf(state)
  const live = engine.live.get(run.id)
  if (live) live.cancel(kind)
  else if (run.status === 'completed') refuseApproval(state, repo, run)
  // Its files are still being read: it hears of this as soon as it is under way.
  else engine.early.set(run.id, kind)
}

/** A run that waited for approval ends without having started. */
function refuseApproval(state: TwinState, repo: Repo, run: Run): void {
  run.status = 'waiting'
  setRun(state, repo, { run, status: 'completed', conclusion: 'cancelled' })
}
