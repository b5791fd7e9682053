import { isOpenPart, type Node } from './node.ts'

type Sorted = {
  /** What comes before stands in front, parts before their wholes. */
  order: readonly Node[]
  /** For each task that waits for itself, the way round, beginning with it. */
  circles: ReadonlyMap<Node, readonly Node[]>
}

/**
 * Depth first, what comes before first (Tarjan 1976); a whole is done only after its parts. A step back to a task whose own
 * steps are still being followed closes a circle; it is named and then left out. Without recursion: a chain may be longer than
 * the stack is deep.
 */
export function sortNodes(nodes: readonly Node[]): Sorted {
  const circles = new Map<Node, readonly Node[]>()
  for (;;) {
    const search: Search = {
      order: [],
      path: [],
      steps: [],
      circles,
      leftOut: new Set(circles.keys()),
      hides: false,
    }
    for (const node of nodes) node.place = FRESH
    for (const node of nodes) if (node.place === FRESH) follow(search, node)
    if (!search.hides) return search
  }
}

/** Until the order is complete, places tell how far the search has come. */
const FRESH = -1
const OPEN = -2

type Search = {
  order: Node[]
  /** Tasks whose steps are being followed, and which is next: links first, then parts. */
  path: Node[]
  steps: number[]
  circles: Map<Node, readonly Node[]>
  /** Whose circle is known: links of theirs are not followed again. */
  leftOut: ReadonlySet<Node>
  /** A part was left out of its whole, though other circles may go the same way. */
  hides: boolean
}

function follow(search: Search, start: Node): void {
  const { order, path, steps, circles, leftOut } = search
  open(search, start)
  while (path.length > 0) {
    const here = path.at(-1)!
    const { before, children } = here
    const step = steps[steps.length - 1]!
    steps[steps.length - 1] = step + 1
    if (step === before.length + children.length) {
      path.pop()
      steps.pop()
      here.place = order.push(here) - 1
      continue
    }
    const isLink = step < before.length
    const next = isLink ? before[step]! : children[step - before.length]!
    if (isLink ? leftOut.has(here) : !isOpenPart(next)) continue
    if (next.place === FRESH) open(search, next)
    else if (next.place === OPEN) {
      const circle = path.slice(path.indexOf(next))
      nameCircle(circles, circle)
      if (!isLink && circle.some(one => circles.has(one) && !leftOut.has(one))) search.hides = true
    }
  }
}

function open({ path, steps }: Search, node: Node): void {
  node.place = OPEN
  path.push(node)
  steps.push(0)
}

/** Each of them is told the way round from where it stands, but for a whole that only is not done before its parts. */
function nameCircle(circles: Map<Node, readonly Node[]>, circle: readonly Node[]): void {
  circle.forEach((node, i) => {
    const next = circle[(i + 1) % circle.length]!
    if (!circles.has(node) && node.before.includes(next)) {
      circles.set(node, [...circle.slice(i), ...circle.slice(0, i)])
    }
  })
}
