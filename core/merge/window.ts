import type { Policy } from './policy.ts'

/** As TCP does, and Zuul after it: one more for each landing, half as many for each true failure. Timeouts are no failures. */
export function moveWindow(
  { window: { start, floor, most, fixed } }: Policy,
  window: number,
  came: { landed: number; failed: number },
): number {
  if (fixed) return start
  const halved = came.failed === 0 ? window : Math.max(floor, Math.floor(window / 2 ** came.failed))
  return Math.min(most, halved + came.landed)
}

/** What became of one that was judged for landing, and when. */
export type Came = { at: number; is: 'landed' | 'failed' }

/** What the window has come to, by all that could be seen: the same whoever looks, in whatever order it is told. */
export function readWindow(policy: Policy, came: readonly Came[]): number {
  const { start } = policy.window
  if (policy.window.fixed) return start
  return came
    .toSorted((a, b) => a.at - b.at || (a.is < b.is ? -1 : 1))
    .reduce((window, { is }) => moveWindow(policy, window, { landed: 0, failed: 0, [is]: 1 }), start)
}
