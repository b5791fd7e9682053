import type { FailureKind } from '../agents/failure.ts'
import type { Work } from '../agents/work.ts'

/** Why an agent that nobody named has a task. `work` null: no rule fits. */
export function explainRule(work: Work | null): string {
  return work === null ? 'the default' : `by the rule for ${work}`
}

const FAILED: Partial<Record<FailureKind, string>> = {
  'no-key': 'has no key here',
  quota: 'has no quota left',
  overload: 'found no room at its service',
  unreachable: 'could not reach its service',
  refusal: 'was refused by its model',
}

export function explainFallback(agent: string, attempt: number, failure: FailureKind): string {
  return `${agent} ${FAILED[failure] ?? 'could not go on'} in attempt ${attempt}`
}

export function explainUnwell(agent: string, failure: FailureKind): string {
  return `${agent} ${FAILED[failure] ?? 'could not go on'} on another task just now`
}
