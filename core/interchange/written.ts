/**
 * A JSON object as somebody wrote it. What we do not change keeps its very characters: spacing, order of keys, numbers that
 * a double cannot hold, keys that nobody knows. So a file that was read and not changed is written byte for byte.
 */

/** `from` and `to` enclose the value's text. */
type Member = { key: string; start: number; from: number; to: number }

/** Changes members of an object's text; null takes one off. A new one goes before the first key that comes later in `order`. */
export function rewrite(
  text: string,
  changes: ReadonlyMap<string, unknown>,
  order: readonly string[],
): string {
  let written = text
  for (const [key, value] of changes) {
    written = value === null ? without(written, key) : withMember(written, { key, value }, order)
  }
  return written
}

/** As Go's encoding/json prints it: no spaces, and what could end a script tag is escaped. */
export function printGo(value: unknown): string {
  const escapes: Record<string, string> = {
    '<': '\\u003c',
    '>': '\\u003e',
    '&': '\\u0026',
    '\u2028': '\\u2028',
    '\u2029': '\\u2029',
  }
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, character => escapes[character]!)
}

function withMember(text: string, { key, value }: { key: string; value: unknown }, order: readonly string[]) {
  const members = membersOf(text)
  // Of a key that stands twice, readers take the last.
  const known = members.findLast(member => member.key === key)
  const printed = printGo(value)
  if (known !== undefined) return text.slice(0, known.from) + printed + text.slice(known.to)
  const spaced = /^\s*\{\s*"(?:[^"\\]|\\.)*": /.test(text) ? ' ' : ''
  const member = `${JSON.stringify(key)}:${spaced}${printed}`
  const rank = order.indexOf(key)
  const next = rank < 0 ? undefined : members.find(other => order.indexOf(other.key) > rank)
  if (next !== undefined) return `${text.slice(0, next.start)}${member},${spaced}${text.slice(next.start)}`
  const last = members.at(-1)
  const end = last?.to ?? text.indexOf('{') + 1
  return text.slice(0, end) + (last === undefined ? '' : `,${spaced}`) + member + text.slice(end)
}

function without(text: string, key: string): string {
  const members = membersOf(text)
  const index = members.findIndex(member => member.key === key)
  if (index < 0) return text
  const [before, it, after] = [members[index - 1], members[index]!, members[index + 1]]
  if (after !== undefined) return without(text.slice(0, it.start) + text.slice(after.start), key)
  return text.slice(0, before?.to ?? it.start) + text.slice(it.to)
}

/** Of an object whose text JSON.parse has accepted: strings and brackets are all that has to be told apart. */
function membersOf(text: string): Member[] {
  const members: Member[] = []
  let at = text.indexOf('{') + 1
  for (;;) {
    const start = skipBlank(text, at)
    if (text[start] !== '"') return members
    const end = endOfString(text, start)
    const from = skipBlank(text, skipBlank(text, end) + 1)
    const to = endOfValue(text, from)
    members.push({ key: JSON.parse(text.slice(start, end)) as string, start, from, to })
    at = skipBlank(text, to) + 1
  }
}

function skipBlank(text: string, at: number): number {
  let here = at
  while (here < text.length && ' \t\r\n\uFEFF'.includes(text[here]!)) here++
  return here
}

function endOfString(text: string, start: number): number {
  let here = start + 1
  while (text[here] !== '"') here += text[here] === '\\' ? 2 : 1
  return here + 1
}

function endOfValue(text: string, from: number): number {
  let [here, depth] = [from, 0]
  for (;;) {
    const character = text[here]!
    if (character === '"') {
      here = endOfString(text, here)
      if (depth === 0) return here
      continue
    }
    if (depth === 0 && /[\s,}\]]/.test(character)) return here
    if ('{['.includes(character)) depth++
    if ('}]'.includes(character) && --depth === 0) return here + 1
    here++
  }
}
