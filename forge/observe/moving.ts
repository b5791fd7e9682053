import type { Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'

/** A branch of which GitHub said that it will be brought up to date moves within so long, if it does at all. Milliseconds. */
const UNDER_WAY = 10_000

/** Heads that GitHub was asked just now to bring up to date; older ones are forgotten. */
export function listMoving({ memory: { updates }, now }: Forge): ReadonlySet<Sha> {
  for (const [head, at] of updates) if (now() - at >= UNDER_WAY) updates.delete(head)
  return new Set(updates.keys())
}

export function isMoving(forge: Forge, head: Sha): boolean {
  return listMoving(forge).has(head)
}
