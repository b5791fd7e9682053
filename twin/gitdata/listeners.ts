import type { Listener, TwinState } from '../state.ts'
import { closeReaders, openReaders } from './objects.ts'

/** Git data listens to nothing; it only has processes to end with the twin. */
export function gitListeners(state: TwinState): Listener[] {
  openReaders(state.dir)
  state.closers.push(() => closeReaders(state.dir))
  return []
}
