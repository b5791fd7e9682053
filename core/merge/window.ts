import type { Policy } from './policy.ts'

/** As TCP does, and Zuul after it: one more for each landing, half as many for each true failure. Timeouts are no failures. */
export function moveWindow(
  { window: { start, floor, fixed } }: Policy,
  window: number,
  came: { landed: number; failed: number },
): number {
  if (fixed) return start
  const halved = came.failed === 0 ? window : Math.max(floor, Math.floor(window / 2 ** came.failed))
  return halved + came.landed
}
