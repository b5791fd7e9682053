import { statusOf } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { write } from '../write.ts'
import type { Do } from './effect.ts'

/** Asks the run to end. A run that is over already (409) or gone (404) is what was wanted. */
export async function cancel(forge: Forge, effect: Do<'cancel'>): Promise<void> {
  try {
    await write(forge, 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel', { run_id: effect.run })
  } catch (error) {
    if (statusOf(error) !== 409 && statusOf(error) !== 404) throw error
  }
  const known = forge.memory.runs.get(effect.run)
  if (known === undefined) return
  forge.memory.runs.set(effect.run, { ...known, facts: { ...known.facts, cancelAsked: true } })
}
