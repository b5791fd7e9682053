import { statusOf } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { write } from '../write.ts'
import type { Do } from './effect.ts'

/**
 * Asks the run to end; by force, GitHub ends it without waiting for its steps that always run. A run that is over already
 * (409) or gone (404) is what was wanted.
 */
export async function cancel(forge: Forge, { run, force }: Do<'cancel'>): Promise<void> {
  const base = 'POST /repos/{owner}/{repo}/actions/runs/{run_id}' as const
  try {
    await write(forge, force ? `${base}/force-cancel` : `${base}/cancel`, { run_id: run })
  } catch (error) {
    if (statusOf(error) !== 409 && statusOf(error) !== 404) throw error
  }
  forge.memory.cancelled.set(run, forge.now())
  const known = forge.memory.runs.get(run)
  if (known === undefined) return
  forge.memory.runs.set(run, { ...known, facts: { ...known.facts, cancelAsked: forge.now() } })
}
