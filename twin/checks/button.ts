import { HttpError } from '../http/route.ts'
import type { Actor, Repo, TwinState } from '../state.ts'
import { tellRun } from './runs.ts'
import type { CheckRun } from './state.ts'

/** A person presses a button of a check run. @throws 422 unless the run is completed and has that button */
export function pressButton(
  state: TwinState,
  repo: Repo,
  pressed: { run: CheckRun; identifier: string },
  by: Actor,
): void {
  const { run, identifier } = pressed
  if (run.status !== 'completed' || !run.actions.some(action => action.identifier === identifier)) {
    throw new HttpError(422, `Check run has no action "${identifier}"`)
  }
  tellRun(state, repo, { run, action: 'requested_action', identifier }, by)
}
