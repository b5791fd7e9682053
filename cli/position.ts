import { type Document, isMap, isNode, isScalar, isSeq, type LineCounter, type Node } from 'yaml'

export type Position = { line: number; column: number }

/** Where a problem's path (`checks[0].run`) is in the file: its key, or the nearest thing around it that exists. */
export function findPosition(document: Document, lines: LineCounter, path: string): Position {
  const steps = path.match(/[^.[\]]+/g) ?? []
  let here: Node | null = document.contents
  let offset = here?.range?.[0] ?? 0
  for (const step of steps) {
    const next = here === null ? null : stepInto(here, step)
    if (next === null) break
    offset = next.offset
    here = next.node
  }
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}

function stepInto(node: Node, step: string): { offset: number; node: Node | null } | null {
  if (isMap(node)) {
    const pair = node.items.find(item => isScalar(item.key) && String(item.key.value) === step)
    if (pair === undefined || !isNode(pair.key)) return null
    return { offset: pair.key.range?.[0] ?? 0, node: isNode(pair.value) ? pair.value : null }
  }
  if (isSeq(node)) {
    const item = node.items[Number(step)]
    return isNode(item) ? { offset: item.range?.[0] ?? 0, node: item } : null
  }
  return null
}
