import type { Clock } from '../../clock.ts'

const EVERY_MS = 50

/**
 * Calls back once `ms` have passed on the twin's clock, which a test may move: so it looks again and again instead of
 * setting one long timer. Returns how to call it off.
 */
export function deadline(clock: Clock, ms: number, passed: () => void): () => void {
  const end = clock.now() + ms
  const timer = setInterval(() => {
    if (clock.now() < end) return
    clearInterval(timer)
    passed()
  }, EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}
