import type { Left } from '../planning/left.ts'
import { quoteLine } from '../text/quote.ts'

const MOST = 20

/** For the comment of an epic: which of its sub-issues do not follow the backlog. Empty when all do. */
export function writeLeft(left: readonly Left[]): string {
  if (left.length === 0) return ''
  const lines = left.slice(0, MOST).map(one => `- #${one.issue} ${quoteLine(one.title, 80)}: ${explain(one)}`)
  const rest = left.length - lines.length
  return [
    '**Not as `BACKLOG.yaml` has it now**',
    ...lines,
    ...(rest > 0 ? [`- … and ${rest} more`] : []),
  ].join('\n')
}

function explain(left: Left): string {
  if (left.is === 'waits') {
    const others = left.for.map(number => `#${number}`).join(', ')
    const links = left.for.length === 1 ? 'the link' : 'the links'
    return `it is blocked by ${others}, which \`depends_on\` does not say; where nobody means that, remove ${links} on the issue`
  }
  const { is, why } = left
  const since = why === 'begun' ? 'it had begun before' : 'people have changed its issue'
  return is === 'dropped'
    ? `dropped there, but ${since}, so it goes on; \`/chorus stop\` on it, or closing it, ends it`
    : `${since}, so it stays as its issue says; edit the issue where it should be otherwise`
}
