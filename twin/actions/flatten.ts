import { isScalar, parseDocument, Scalar, visit } from 'yaml'

/**
 * The same YAML with every multi-line text that holds an expression written on one line. GitHub's parser is made for
 * editors: in block scalars it keeps the indentation of the source, which would end up in scripts.
 */
export function flatten(content: string): string {
  const document = parseDocument(content)
  if (document.errors.length > 0) return content
  let changed = false
  visit(document, {
    Scalar(key, node) {
      if (key === 'key' || !isScalar(node) || typeof node.value !== 'string') return
      if (!node.value.includes('${{') || !spansLines(content, node)) return
      node.type = Scalar.QUOTE_DOUBLE
      changed = true
    },
  })
  return changed
    ? document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: 1_000_000_000 })
    : content
}

function spansLines(content: string, node: Scalar): boolean {
  const [start = 0, , end = 0] = node.range ?? []
  return content.slice(start, end).trimEnd().includes('\n')
}
