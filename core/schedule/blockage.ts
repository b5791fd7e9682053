import type { BlockerFacts } from '../world.ts'
import type { Blockage } from './blocker.ts'
import { ancestorsOf, type Node, partsOf } from './node.ts'

/**
 * Why it cannot start.
 *
 * @param blockersOf what the node waits for because `above`, itself or an ancestor, is blocked by it
 */
export function findBlockage(
  node: Node,
  blockersOf: (above: Node) => readonly BlockerFacts[],
): Blockage | null {
  // Nearly all: nothing is above it.
  if (node.circle === null && node.parent === null) return { is: 'blockers', blockers: node.waiting }
  const parts = node.circle === null ? [] : partsOf(node.circle)
  if (node.circle !== null && parts.length === 0) return toCircle(node.circle, parts)
  const held = [node, ...ancestorsOf(node)].flatMap(above => {
    const blockers = blockersOf(above)
    return blockers.length > 0 ? { above, blockers, whole: findWhole(above, blockers) } : []
  })
  const first = held.find(({ whole }) => whole !== undefined) ?? held[0]
  if (first === undefined) return null
  const { above, blockers, whole } = first
  if (whole === undefined && node.circle !== null) return toCircle(node.circle, parts)
  const by: Blockage =
    whole === undefined ? { is: 'blockers', blockers } : { is: 'whole', issue: whole.issue }
  return above === node ? by : { is: 'parent', parent: above.number, by }
}

function toCircle(circle: readonly Node[], parts: ReturnType<typeof partsOf>): Blockage {
  return {
    is: 'circle',
    path: circle.map(({ number }) => number),
    parts: parts.map(({ whole, part }) => ({ whole: whole.number, part: part.number })),
  }
}

/** An epic is done when all below it is: who waits for one that is above it waits for ever. */
function findWhole(node: Node, blockers: readonly BlockerFacts[]): BlockerFacts | undefined {
  const above = ancestorsOf(node).map(({ number }) => number)
  return blockers.find(({ repo, issue }) => repo === null && above.includes(issue))
}
