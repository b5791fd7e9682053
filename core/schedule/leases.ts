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

export function openLeases(meet: Meet): Leases {
  const held: Writer[] = []
  return {
    taken(writer) {
      const wanted = held.length === 0 ? [] : writer.writes()
      for (const { node, writes } of held) {
        const both = node === writer.node ? null : meet(wanted, writes())
        // Whoever cannot land without the other must not stand in its way.
        if (both !== null && !waitsFor(node, writer.node)) return explainLease(node.number, both)
      }
      return null
    },
    take: writer => void held.push(writer),
  }
}

function waitsFor(node: Node, other: Node): boolean {
  const before = new Set(node.before)
  for (const one of before) for (const further of one.before) before.add(further)
  return before.has(other)
}
