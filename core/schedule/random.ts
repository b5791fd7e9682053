/** The same numbers for the same seed: what is tried is the same wherever and whenever it is tried. */
export type Random = {
  /** From 0 up to, but not including, `limit`. */
  below(limit: number): number
  /** From 0 up to, but not including, 1. */
  part(): number
}

/** Mulberry32 (Tommy Ettinger 2017). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  return { below: limit => next() % limit, part: () => next() / 2 ** 32 }
}
