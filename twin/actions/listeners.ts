import { type Listener, type TwinState, track } from '../state.ts'
import { trigger } from './triggers.ts'

/** Workflows start from what happens; one listener for all events. */
export function actionListeners(state: TwinState): Listener[] {
  return [happening => void track(state, trigger(state, happening))]
}
