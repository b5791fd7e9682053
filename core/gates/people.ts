import type { GateName, Verdicts } from './gate.ts'

const FOR_PEOPLE: readonly GateName[] = [
  'plan',
  'spec',
  'scope',
  'protected',
  'size',
  'secrets',
  'review',
  'voices',
  'requester',
]

/** What an agent could mend would have become its next attempt: what is still refused is left to people. */
export function isForPeople({ blocking }: Verdicts): boolean {
  return blocking !== null && (blocking.is === 'refuse' || FOR_PEOPLE.includes(blocking.gate))
}
