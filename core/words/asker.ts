import type { Approval } from '../ledger.ts'
import { quoteLine } from '../text/quote.ts'

/** Who answers for it that work was begun. */
export function writeAsker({ via, by }: Pick<Approval, 'via' | 'by'>): string {
  const who = quoteLine(by.login, 60)
  return via === 'discovered'
    ? `begun by itself for ${who}, as \`discovered_start\` of \`.github/chorus.yml\` lets it`
    : `asked for by ${who}`
}
