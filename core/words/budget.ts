import type { Budget, Short } from '../accounts/books.ts'
import { writeDollars, writeNumber } from './usage.ts'

function amount(kind: Budget['kind'], value: number): string {
  return kind === 'usd' ? writeDollars(value) : `${writeNumber(value)} tokens`
}

function nameOf({ name, id }: Budget, login: string | null): string {
  switch (name) {
    case 'task':
      return 'the budget of this task'
    case 'epic':
      return `the budget of the epic #${id}`
    case 'day':
      return `the budget of this day (${id}, UTC)`
    case 'user':
      return `${login === null ? 'the requester' : `@${login}`}’s budget of this day (${id.split(' ')[1]}, UTC)`
  }
}

/** Why an attempt does not start, and what helps. Without what is used: it would be written again with every settlement. */
export function explainShort({ budget }: Short, login: string): string {
  const { name, kind, limit } = budget
  const later = name === 'day' || name === 'user' ? 'it goes on after midnight UTC, or when you ' : ''
  return `${nameOf(budget, login)}, ${amount(kind, limit)}, has no room for another attempt; ${later}raise \`budgets.${name}.${kind}\``
}

/** What helps an attempt that its budget ended. */
export function helpSpent(attempt: number, head: string | null): string {
  const kept = head === null ? '' : `; what attempt ${attempt} had done is kept as ${head.slice(0, 7)}`
  return `To go on, raise \`limits\` or \`budgets\` in .github/chorus.yml, then comment \`/chorus retry\`${kept}.`
}

/** Does not change while it is true, so that nothing is written again for a cent. */
export function explainNearly(budget: Budget): string {
  const { name, kind, limit } = budget
  return `four fifths of ${nameOf(budget, null)} are used (\`budgets.${name}.${kind}\`: ${amount(kind, limit)})`
}
