import type { Place } from '../interleavings/place.ts'
import type { Ci } from './ci.ts'

/** What is looked at after each step. */
export type Given = {
  place: Place
  ci: Ci
  blockers: ReadonlyMap<number, number>
  issues: readonly number[]
}

export function check(holds: boolean, invariant: string, what: string): void {
  if (!holds) throw new Error(`${invariant}: ${what}`)
}
