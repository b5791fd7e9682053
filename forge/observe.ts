import type { World } from '../core/world.ts'
import { fail } from './fault.ts'
import type { Forge } from './forge.ts'

/** Everything that a decision about this repository needs. Throws; `toFault` names the error. */
export async function observe(_forge: Forge): Promise<World> {
  return fail({ is: 'broken', why: 'cannot observe yet', cause: null })
}
