import { explainLease } from '../words/schedule.ts'
import type { Node } from './node.ts'
import type { Meet, WriteSet } from './scope.ts'

/** What it writes is asked only where it matters. */
type Writer = { node: Node; writes(): WriteSet }

/** Who may write what, from dispatch to landing. Two that may write the same file are never at work side by side. */
export type Leases = {
  /** Why somebody else is in the way, in one line; null when nobody is. */
  taken(writer: Writer): string | null
  take(writer: Writer): void
}

/** @param isBlocked does it wait for other issues? */
export function openLeases(meet: Meet, isBlocked: (node: Node) => boolean): Leases {
  const held: Writer[] = []
  return {
    taken(writer) {
      const wanted = held.length === 0 ? [] : writer.writes()
      if (wanted.length === 0) return null
      for (const { node, writes } of held) {
        // What is blocked cannot land before others: holding its lease against them could keep all of them waiting for ever.
        if (node === writer.node || isBlocked(node)) continue
        const both = meet(wanted, writes())
        if (both !== null) return explainLease(node.number, both)
      }
      return null
    },
    take: writer => void held.push(writer),
  }
}
