import type { BlockerFacts, TaskFacts } from '../world.ts'
import type { Blockage } from './blocker.ts'

/** A task among the others, or an issue that is known only because somebody waits for it. */
export type Node = {
  readonly number: number
  facts: TaskFacts | null
  /** Where it stands among the tasks that were told last; negative when it is none of them. */
  index: number
  /** What it is blocked by itself and has not landed, wherever that is. */
  waiting: readonly BlockerFacts[]
  /** What it still waits for in this repository, and how many wait for it. */
  before: readonly Node[]
  waiters: number
  parent: Node | null
  children: readonly Node[]
  /** Its links are to be worked out again. */
  loose: boolean
  /** In the order of all; negative until there is one. */
  place: number
  /**
   * The tasks that wait for each other, each for the next, from itself on; null where there is no such circle. A whole waits for
   * its parts, see `partsOf`.
   */
  circle: readonly Node[] | null
  /** Some issue, anywhere, keeps it or an epic of it back. */
  held: boolean
  /** Why it cannot start, as far as other issues are concerned; undefined when not worked out yet. */
  blockage: Blockage | null | undefined
  /** How long it lasts, in minutes, and the priority that it says itself, if any; null when not worked out yet. */
  own: { lasts: number; priority: number | null } | null
}

export const NOTHING: readonly BlockerFacts[] = []
export const NOBODY: readonly Node[] = []

export function makeNode(number: number): Node {
  return {
    number,
    facts: null,
    index: -1,
    waiting: NOTHING,
    before: NOBODY,
    waiters: 0,
    parent: null,
    children: NOBODY,
    loose: false,
    place: -1,
    circle: null,
    held: false,
    blockage: undefined,
    own: null,
  }
}

/** GitHub nests eight levels deep; facts of different moments could still show a circle. */
const DEEPEST = 8

/** Parent, grandparent and so on. */
export function ancestorsOf(node: Node): Node[] {
  const above: Node[] = []
  for (let at = node.parent; at !== null && above.length < DEEPEST; at = at.parent) above.push(at)
  return above
}

/** Does what it is a part of wait for it? */
export function isOpenPart({ facts, parent }: Node): boolean {
  return parent !== null && facts?.issue.state === 'open' && parent.facts?.issue.state !== 'closed'
}

/** Where a circle goes from a whole to a part of it: the uppermost and the lowest, as all between are parts, too. */
export function partsOf(circle: readonly Node[]): { whole: Node; part: Node }[] {
  const isDown = (i: number) => !circle[i]!.before.includes(circle[(i + 1) % circle.length]!)
  return circle.flatMap((whole, i) => {
    // It begins with one that waits because of a link.
    if (!isDown(i) || isDown(i - 1)) return []
    let end = i
    while (isDown(end % circle.length)) end += 1
    return { whole, part: circle[end % circle.length]! }
  })
}

export function descendantsOf(node: Node): ReadonlySet<Node> {
  const below = new Set(node.children)
  for (const one of below) for (const child of one.children) below.add(child)
  return below
}
