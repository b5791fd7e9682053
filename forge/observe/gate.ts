import type { GateFact } from '../../core/check.ts'
import { GATE_CHECK } from '../../core/names.ts'

import type { Forge } from '../forge.ts'
import type { CheckRunSeen } from '../wire.ts'
import { instant } from './actor.ts'

/** Is this our gate? Anyone may name a check as they like: the app that wrote it decides. */
export function isGate(forge: Forge, check: { name: string; app: { id: number } | null }): boolean {
  return check.name === GATE_CHECK && check.app?.id === forge.app.id
}

/** The newest of ours among what stands on a head: the one that GitHub goes by. */
export function newestGate(forge: Forge, runs: readonly CheckRunSeen[]): GateFact | null {
  const gate = runs.filter(run => isGate(forge, run)).toSorted((a, b) => b.id - a.id)[0]
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
