/** Sets of queued items as bit patterns: bit i stands for the i-th of the queue's order. */
export type Bits = bigint

export function bit(i: number): Bits {
  return 1n << BigInt(i)
}

export function has(set: Bits, i: number): boolean {
  return ((set >> BigInt(i)) & 1n) === 1n
}

/** Is every member of `part` in `whole`? */
export function within(part: Bits, whole: Bits): boolean {
  return (part & whole) === part
}

export function count(set: Bits): number {
  return members(set).length
}

/** Indices, rising. */
export function members(set: Bits): number[] {
  const found: number[] = []
  // In pieces of 32: shifting a long pattern bit by bit would copy it each time.
  for (let rest = set, from = 0; rest !== 0n; rest >>= 32n, from += 32) {
    for (let word = Number(rest & 0xffff_ffffn), i = from; word !== 0; word >>>= 1, i++) {
      if (word & 1) found.push(i)
    }
  }
  return found
}
