/** The same numbers for the same seed. */
export type Random = {
  /** In [0, 1). */
  unit(): number
  /** Mean 0, deviation 1. */
  normal(): number
}

/** Mulberry32; normal by Box and Muller. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const unit = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    unit,
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
  }
}

/** In [0, 1), by name: what is true of a pair does not depend on when it is asked. */
export function chance(seed: number, a: number, b: number): number {
  return createRandom(
    Math.imul(seed, 0x9e3779b1) ^ Math.imul(a + 1, 0x85ebca6b) ^ Math.imul(b + 1, 0xc2b2ae35),
  ).unit()
}
