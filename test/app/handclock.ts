import type { Clock } from '../../app/clock.ts'

export type HandClock = Clock & {
  /** Moves time on, ringing what is due in order, and lets promises settle in between. */
  advance(ms: number): Promise<void>
}

/** A clock that only moves by hand. */
export function createHandClock(start = 1_000_000): HandClock {
  let now = start
  const timers = new Set<{ at: number; ring: () => void }>()
  async function advance(ms: number): Promise<void> {
    const end = now + ms
    for (;;) {
      await settle()
      const due = [...timers].filter(timer => timer.at <= end).sort((a, b) => a.at - b.at)[0]
      if (due === undefined) break
      timers.delete(due)
      now = Math.max(now, due.at)
      due.ring()
    }
    now = end
    await settle()
  }
  return {
    now: () => now,
    setTimer(wait, ring) {
      const timer = { at: now + wait, ring }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance,
  }
}

/** Everything that is only waiting for promises, done. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise(resolve => setImmediate(resolve))
}
