import { type Listener, type TwinState, track } from '../state.ts'
import { engineOf } from './engine/engine.ts'
import { trigger } from './triggers.ts'

/** Workflows start from what happens; one listener for all events. */
export function actionListeners(state: TwinState): Listener[] {
  return [
    happening => {
      const work = trigger(state, happening).catch(error => {
        // A twin that is closing takes its repositories away; anything else must be heard.
        if (!engineOf(state).stopped) throw error
      })
      track(state, work)
    },
  ]
}
