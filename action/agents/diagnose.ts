import type { FailureKind } from '../../core/agents/failure.ts'
import type { Account } from '../gateway/account.ts'
import type { FailureKind as ServiceFailure } from '../gateway/failure.ts'
import type { AgentWord } from './agent.ts'

export type Diagnosis = { kind: FailureKind; why: string; host: string | null }

const KINDS: Record<ServiceFailure, FailureKind | null> = {
  auth: 'auth',
  quota: 'quota',
  overload: 'overload',
  overflow: 'overflow',
  model: 'model',
  refusal: 'refusal',
  unreachable: 'unreachable',
  other: null,
}

/** Why an agent failed: what the gateway saw on the wire goes before what the program makes of it. */
export function diagnose(
  { failure }: AgentWord,
  account: Account | null,
  ended: string | null,
): Diagnosis | null {
  if (failure === null) return null
  const { why } = failure
  if (ended !== null) return { kind: 'budget', why: ended, host: null }
  // It got over earlier ones, of services and of ours.
  if (account?.justRefused === 'model_not_allowed') return { kind: 'model', why, host: null }
  const last = account?.latest.at(-1)
  if (last?.end === 'failed') {
    const kind = KINDS[last.failure ?? 'other']
    if (kind !== null) return { kind, why, host: last.host }
  }
  return { kind: failure.kind, why, host: null }
}
