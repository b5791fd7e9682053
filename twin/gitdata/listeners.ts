import type { Listener, TwinState } from '../state.ts'
import { closeResidents, openResidents } from './resident.ts'

/** Git data listens to nothing; it only has processes to end with the twin. */
export function gitListeners(state: TwinState): Listener[] {
  openResidents(state.dir)
  state.closers.push(() => closeResidents(state.dir))
  return []
}
