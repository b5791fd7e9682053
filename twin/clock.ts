/** The twin's own time: real time plus an offset that a test may advance, so that an hour passes at once. */
export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number
  /** Moves time forward. Never backward. */
  advance(ms: number): void
}

export function createClock(start: () => number = Date.now): Clock {
  let offset = 0
  return {
    now: () => start() + offset,
    advance: ms => {
      if (ms < 0) throw new RangeError('time does not run backward')
      offset += ms
    },
  }
}

/** GitHub's own shape of a time: whole seconds, UTC. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
