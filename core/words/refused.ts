import type { Refused } from '../check.ts'
import { quoteLine } from '../text/quote.ts'
import { printClock } from './clock.ts'

/** GitHub's own words, and when it is asked again: each time later than the last, or as soon as the pull request or what is read of the rules changes. */
export function explainRefused({ why, times, again }: Refused): string {
  const line = quoteLine(why, 500)
  const said = line.endsWith('.') ? line.slice(0, -1) : line
  const often = times === 1 ? '' : `, ${times} times by now`
  return `${said}${often}; it is asked again at ${printClock(again)}, or when the pull request or a rule of its branch changes`
}
