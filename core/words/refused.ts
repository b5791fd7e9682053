import type { Refused } from '../check.ts'
import { quoteLine } from '../text/quote.ts'

/** GitHub's own words, and when it is asked again: each time later than the last, or as soon as the pull request changes. */
export function explainRefused({ why, times, again }: Refused): string {
  const line = quoteLine(why, 500)
  const said = line.endsWith('.') ? line.slice(0, -1) : line
  const often = times === 1 ? '' : `, ${times} times by now`
  const clock = new Date(again).toISOString().slice(11, 16)
  return `${said}${often}; it is asked again at ${clock} UTC, or when the pull request changes`
}
