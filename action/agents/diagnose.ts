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

/** `ended`: why the gateway refuses everything; `endedWell`: the program says so by its exit code. */
export type Seen = { account: Account | null; ended: string | null; endedWell: boolean }

/**
 * Why an agent failed: what the gateway saw on the wire goes before what the program makes of it. Null when it did not, or
 * when nobody knows more than its exit code.
 */
export function diagnose({ failure }: AgentWord, { account, ended, endedWell }: Seen): Diagnosis | null {
  if (failure === null && endedWell) return null
  const why = failure?.why ?? ''
  if (ended !== null) return { kind: 'budget', why: ended, host: null }
  // It got over earlier ones, of services and of ours.
  if (account?.justRefused === 'model_not_allowed') return { kind: 'model', why, host: null }
  const last = account?.latest.at(-1)
  if (last?.end === 'failed') {
    const kind = KINDS[last.failure ?? 'other']
    if (kind !== null) return { kind, why, host: last.host }
  }
  return failure === null ? null : { kind: failure.kind, why, host: null }
}
