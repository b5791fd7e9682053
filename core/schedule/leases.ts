import { explainLease } from '../words/schedule.ts'
import { hasLanded } from './blocker.ts'
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
        if (node === writer.node || isStill(node)) continue
        const both = meet(wanted, writes())
        if (both !== null) return explainLease(node.number, both)
      }
      return null
    },
    take: writer => void held.push(writer),
  }
}

/** What waits for other issues cannot land before them: holding its lease against them could keep all of them waiting for ever. */
function isStill({ facts }: Node): boolean {
  return facts?.blockers.some(blocker => !hasLanded(blocker)) ?? false
}
