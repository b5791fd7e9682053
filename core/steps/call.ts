import { type Effect, NOTHING } from '../effect.ts'
import type { Folding } from '../fold.ts'
import type { Overdue } from '../gates/escalation.ts'
import { writeEscalation } from '../words/voices.ts'

/** Voices are missing that were needed by now. The right to say so is won on the ledger, so it is said once at most. */
export function callPeople({ task }: Folding, overdue: readonly Overdue[]): readonly Effect[] {
  if (overdue.length === 0) return NOTHING
  return overdue.map(one => ({ do: 'call', task: task.id, pull: one.pull, body: writeEscalation(one) }))
}
