import type { TaskRecord } from '../ledger.ts'
import { ancestorsOf, type Node } from '../schedule/node.ts'

/** Who does what is below an epic: what was said on the nearest one that names somebody. @param recordOf what the ledger says of an epic */
export function findAssigned(
  node: Node,
  recordOf: (epic: Node) => TaskRecord | null,
): TaskRecord['assigned'] {
  if (node.parent === null) return null
  for (const epic of ancestorsOf(node)) {
    const assigned = recordOf(epic)?.assigned ?? null
    if (assigned !== null && assigned.agent !== null) return assigned
  }
  return null
}
