import type { Fault, Turn } from './plan/plan.ts'

/** What goes wrong with this request: faults follow each other, each for its number of attempts; null when nothing does. */
export function findFault(turn: Turn | null, attempt: number): Fault | null {
  let before = 0
  for (const fault of turn?.faults ?? []) {
    before += fault.times
    if (attempt < before) return fault
  }
  return null
}
