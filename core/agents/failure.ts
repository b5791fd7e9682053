/** Why an agent's program did not come to its end, as far as it or the model gateway can tell. */
export const FAILURE_KINDS = [
  'no-key',
  'auth',
  'quota',
  'overload',
  'unreachable',
  'model',
  'overflow',
  'refusal',
  'budget',
  'turns',
  'bad-output',
  'crash',
  'timeout',
  'stalled',
] as const
export type FailureKind = (typeof FAILURE_KINDS)[number]

/** `retry`: the same again may go well. `other-agent`: not with this service now. `stuck`: a person has to mend it. */
export type Remedy = 'retry' | 'other-agent' | 'stuck'

const REMEDIES: Record<FailureKind, Remedy> = {
  'no-key': 'other-agent',
  auth: 'stuck',
  quota: 'other-agent',
  overload: 'other-agent',
  unreachable: 'other-agent',
  model: 'stuck',
  overflow: 'retry',
  refusal: 'other-agent',
  budget: 'stuck',
  turns: 'retry',
  'bad-output': 'retry',
  crash: 'retry',
  timeout: 'retry',
  stalled: 'retry',
}

export function remedyOf(kind: FailureKind): Remedy {
  return REMEDIES[kind]
}
