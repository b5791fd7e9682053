import type { Clock } from '../../app/clock.ts'

/**
 * Time that a story may let pass, for the twin, for GitHub's clients and for controllers that are given it as their clock.
 * Open it before the story, so that the twin's own clock follows.
 */
export type Time = Clock & Disposable & { pass(ms: number): void }

const BEGINNING = Date.UTC(2026, 0, 5, 9)

type Timer = { at: number; ring: () => void; handle: NodeJS.Timeout | undefined }

/** `still`: it passes only where that is said, from the same instant each time. */
export function openTime({ still = false } = {}): Time {
  const before = Date.now
  const real = still ? () => BEGINNING : before
  const timers = new Set<Timer>()
  let passed = 0
  Date.now = () => real() + passed
  const drop = (timer: Timer): void => {
    clearTimeout(timer.handle)
    timers.delete(timer)
  }
  const arm = (timer: Timer): void => {
    clearTimeout(timer.handle)
    timer.handle = setTimeout(
      () => {
        drop(timer)
        timer.ring()
      },
      Math.max(0, timer.at - Date.now()),
    )
  }
  return {
    now: () => Date.now(),
    setTimer: (ms, ring) => {
      const timer: Timer = { at: Date.now() + Math.max(0, ms), ring, handle: undefined }
      timers.add(timer)
      arm(timer)
      return () => drop(timer)
    },
    pass: ms => {
      passed += ms
      for (const timer of timers) arm(timer)
    },
    [Symbol.dispose]: () => {
      for (const timer of [...timers]) drop(timer)
      Date.now = before
    },
  }
}
