import type { CheckFacts } from '../check.ts'
import type { Instant } from '../world.ts'

/** A required check that nobody began by then most likely never comes: renamed, filtered by path, without the right trigger. */
export const EXPECTED = 15 * 60_000

/**
 * GitHub ends a job on its own runners after six hours: what has been under way for longer has most likely got lost.
 * Milliseconds.
 */
const LONGEST = 6 * 60 * 60_000

/** Is CI still at work on any of these? `since`: when those began that do not say it. */
export function isUnderWay(checks: readonly CheckFacts[], since: Instant, now: Instant): boolean {
  return checks.some(
    ({ status, startedAt }) => status !== 'completed' && now - (startedAt || since) < LONGEST,
  )
}

/** `began`: as far as is known; `until`: so long it is waited for although nobody asks for it by name. */
export type Running = { check: CheckFacts; began: Instant; until: Instant }

/**
 * The first that may still be at work. What has not begun may wait for a person, or for a machine that is gone, and a status says
 * nothing of itself: that is nobody's way for long.
 */
export function findRunning(checks: readonly CheckFacts[], since: Instant, now: Instant): Running | null {
  for (const check of checks) {
    const { kind, status, startedAt } = check
    const most = kind === 'check' && status === 'in_progress' ? LONGEST : EXPECTED
    const began = startedAt || since
    const until = began + most
    if (status !== 'completed' && now < until) return { check, began, until }
  }
  return null
}
