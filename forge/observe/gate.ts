import type { GateFact } from '../../core/check.ts'
import { GATE_CHECK } from '../../core/names.ts'
import type { Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import type { CheckRunSeen } from '../wire.ts'
import { instant } from './actor.ts'
import { LAG } from './issues.ts'

/** Is this our gate? Anyone may name a check as they like: the app that wrote it decides. */
export function isGate(forge: Forge, check: { name: string; app: { id: number } | null }): boolean {
  return check.name === GATE_CHECK && check.app?.id === forge.app.id
}

/**
 * The newest of ours that stands on a head: the one that GitHub goes by. A list may not show yet what this process made a moment ago:
 * each look would make one more.
 */
export function newestGate(
  forge: Forge,
  { head, runs }: { head: Sha; runs: readonly CheckRunSeen[] },
): GateFact | null {
  const own = forge.memory.gates.get(head)
  const made = own !== undefined && forge.now() - own.at < LAG ? [own.gate] : []
  const listed = runs.filter(run => isGate(forge, run))
  // Of the same one the list is asked first: somebody else may have changed it since.
  const gate = [...listed, ...made].toSorted((a, b) => b.id - a.id)[0]
  return gate === undefined ? null : gateOf(gate)
}

function gateOf(run: CheckRunSeen): GateFact {
  return {
    id: run.id,
    at: instant(run.started_at),
    status: run.status === 'completed' ? 'completed' : 'in_progress',
    conclusion: run.conclusion,
    title: run.output.title ?? '',
    key: run.external_id ?? '',
  }
}
