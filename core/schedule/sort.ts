import type { Node } from './node.ts'

type Sorted = {
  /** What comes before stands in front. */
  order: readonly Node[]
  /** For each task that waits for itself, the way round, beginning with it. */
  circles: ReadonlyMap<Node, readonly Node[]>
}

/**
 * Depth first, what comes before first (Tarjan 1976). A link back to a task whose own links are still being followed closes
 * a circle; it is named and then left out. Without recursion: a chain may be longer than the stack is deep.
 */
export function sortNodes(nodes: readonly Node[]): Sorted {
  const search: Search = { order: [], path: [], links: [], circles: new Map() }
  for (const node of nodes) node.place = FRESH
  for (const node of nodes) if (node.place === FRESH) follow(search, node)
  return search
}

/** Until the order is complete, places tell how far the search has come. */
const FRESH = -1
const OPEN = -2

type Search = {
  order: Node[]
  /** Tasks whose links are being followed, and which link is next. */
  path: Node[]
  links: number[]
  circles: Map<Node, readonly Node[]>
}

function follow(search: Search, start: Node): void {
  const { order, path, links, circles } = search
  open(search, start)
  while (path.length > 0) {
    const here = path.at(-1)!
    const link = links.length - 1
    const before = here.before[links[link]!]
    links[link] = links[link]! + 1
    if (before === undefined) {
      path.pop()
      links.pop()
      here.place = order.push(here) - 1
    } else if (before.place === FRESH) open(search, before)
    else if (before.place === OPEN) nameCircle(circles, path.slice(path.indexOf(before)))
  }
}

function open({ path, links }: Search, node: Node): void {
  node.place = OPEN
  path.push(node)
  links.push(0)
}

/** Each of them is told the way round from where it stands. */
function nameCircle(circles: Map<Node, readonly Node[]>, circle: readonly Node[]): void {
  circle.forEach((node, i) => {
    if (!circles.has(node)) circles.set(node, [...circle.slice(i), ...circle.slice(0, i)])
  })
}
