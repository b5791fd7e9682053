import type { Effect } from '../effect.ts'
import type { Folding } from '../fold.ts'
import type { Overdue } from '../gates/escalation.ts'
import { writeEscalation } from '../words/voices.ts'

/** Voices are missing that were needed by now. The right to say so is won on the ledger, so it is said once at most. */
export function callPeople({ task }: Folding, overdue: Overdue): Effect {
  return { do: 'call', task: task.id, pull: overdue.pull, body: writeEscalation(overdue) }
}
