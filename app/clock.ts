/** Time as something handed in: queue and pacing are tested without waiting. */
export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls `ring` once, `ms` from now; the answer takes it back. */
  setTimer(ms: number, ring: () => void): () => void
}

/** Node's timers hold 31 bits; a longer wait rings early, which costs one look. */
const LONGEST = 2_147_483_647

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(ms, ring) {
    // Not unref'd: the server keeps the process alive anyway, and stop() takes timers back.
    const timer = setTimeout(ring, Math.min(Math.max(0, ms), LONGEST))
    return () => clearTimeout(timer)
  },
}

/** The earlier of two instants; null is never. */
export function earliest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b)
}
