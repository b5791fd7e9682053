import type { BlockerFacts, TaskFacts } from '../world.ts'

/** A task among the others, or an issue that is known only because somebody waits for it. */
export type Node = {
  readonly number: number
  facts: TaskFacts | null
  /** What it is blocked by itself and has not landed, wherever that is. */
  waiting: readonly BlockerFacts[]
  /** What it still waits for in this repository, and who waits for it. */
  before: readonly Node[]
  after: Node[]
  parent: Node | null
  children: readonly Node[]
  /** In the order of all; negative until there is one. */
  place: number
  /** The tasks that wait for each other, each for the next, from itself on; null where there is no such circle. */
  circle: readonly Node[] | null
  /** Why it cannot start, as far as other issues are concerned; undefined when not worked out yet. */
  why: string | null | undefined
  /** How long it lasts, in minutes, and what its own priority weighs; null when not worked out yet. */
  own: { lasts: number; weight: number } | null
}

export const NOTHING: readonly BlockerFacts[] = []
/** Shared, so that it is never pushed to. */
export const NOBODY: Node[] = []

export function makeNode(number: number): Node {
  return {
    number,
    facts: null,
    waiting: NOTHING,
    before: NOBODY,
    after: NOBODY,
    parent: null,
    children: NOBODY,
    place: -1,
    circle: null,
    why: undefined,
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

export function descendantsOf(node: Node): ReadonlySet<Node> {
  const below = new Set(node.children)
  for (const one of below) for (const child of one.children) below.add(child)
  return below
}
