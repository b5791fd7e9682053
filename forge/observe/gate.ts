import type { GateFact } from '../../core/check.ts'
import { GATE_CHECK } from '../../core/names.ts'
import type { Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import type { GateSeen } from '../memory.ts'
import type { CheckRunSeen } from '../wire.ts'
import { instant } from './actor.ts'
import { LAG } from './issues.ts'

/** Is this our gate? Anyone may name a check as they like: the app that wrote it decides. */
export function isGate(forge: Forge, check: { name: string; app: { id: number } | null }): boolean {
  return check.name === GATE_CHECK && check.app?.id === forge.app.id
}

/**
 * The newest of ours that stands on a head: the one that GitHub goes by. A list may not show yet what this process made or wrote a
 * moment ago: each look would make one more, or write it once more.
 */
export function newestGate(
  forge: Forge,
  { head, runs }: { head: Sha; runs: readonly CheckRunSeen[] },
): GateFact | null {
  const known = forge.memory.gates.get(head)
  const own = known?.at != null && forge.now() - known.at < LAG ? known : null
  const newest = runs.filter(run => isGate(forge, run)).toSorted((a, b) => b.id - a.id)[0]
  const listed = newest === undefined ? null : gateOf(newest)
  if (own !== null && (listed === null || isBefore(listed, own))) return own.gate
  if (listed !== null) remember(forge, head, { gate: listed, at: own?.at ?? null })
  return listed
}

/** Of the same one the list is asked first: somebody else may have changed it since. Not where it is as it was before that. */
function isBefore(listed: GateFact, { gate, past }: GateSeen): boolean {
  return listed.id < gate.id || (listed.id === gate.id && past.some(before => saysSame(before, listed)))
}

/** Our own gate is as we set it last. */
export function noteGate(forge: Forge, head: Sha, gate: CheckRunSeen): void {
  // Its text may be long, and is not asked for.
  remember(forge, head, { gate: gateOf(gate), at: forge.now() })
  const { begun } = forge.memory
  const seen = begun.get(head)
  if (seen === undefined || seen.runs === null) return
  begun.set(head, { ...seen, runs: [...seen.runs.filter(run => !isGate(forge, run)), gate] })
}

function remember({ memory }: Forge, head: Sha, { gate, at }: Omit<GateSeen, 'past'>): void {
  const known = memory.gates.get(head)
  const isSame = at !== null && known?.gate.id === gate.id
  const before = isSame ? [...known.past, known.gate] : []
  memory.gates.set(head, { gate, at, past: before.filter(one => !saysSame(one, gate)) })
}

function saysSame(one: GateFact, other: GateFact): boolean {
  return one.key === other.key && one.status === other.status && one.conclusion === other.conclusion
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
