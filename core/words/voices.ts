import type { Decision } from '../gates/voices.ts'
import { quoteLine } from '../text/quote.ts'

export function explainEscalation({ rule, given }: Decision): string {
  return `"${rule.name}" has ${given.length} of ${rule.needed} voices after ${rule.hours} hours`
}

/** How it begins: where nothing is remembered, it is known by that. */
export function printCall({ name, escalate }: Decision['rule']): string {
  return `${escalate}: the decision "${name}" still waits for voices on this commit.`
}

/** A comment on the pull request, which calls those whom the configuration names. */
export function writeEscalation({ rule, given }: Decision): string {
  const has =
    given.length === 0 ? 'nobody has given theirs' : `given so far: ${quoteLine(given.join(', '), 300)}`
  return [
    printCall(rule),
    `After ${rule.hours} hours ${rule.needed} of ${rule.of.join(', ')} are needed, and ${has}. Until then nothing of this lands.`,
    'What helps: one of those who are missing approves this commit by a review, or by `/chorus approve`; or `gates.voices` in .github/chorus.yml names others. This is said once.',
  ].join('\n\n')
}
