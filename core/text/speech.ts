/**
 * Which lines of a comment its author says, as GitHub shows it (after CommonMark): not what is quoted, and not what stands in
 * code or in HTML that shows it as such. In doubt a line is not speech.
 */
export function spokenLines(body: string): string[] {
  const place: Place = { fence: null, quotes: 0, items: [], lazy: false, html: 0 }
  return body
    .split('\n')
    .filter(line => isSpoken(place, line))
    .map(line => line.trimStart())
}

/** Where in the page a line stands; changed from line to line. */
type Place = {
  fence: Fence | null
  /** Quotes around the line before. */
  quotes: number
  /** Columns in which the text of the open list items begins, rising. */
  items: number[]
  /** A quoted paragraph goes on in lines that lack its mark. */
  lazy: boolean
  /** Open tags that show what is in them as code or as a quote. */
  html: number
}

/** A fence lasts as long as the quotes and the list item around it. */
type Fence = { mark: string; quotes: number; column: number }

function isSpoken(place: Place, line: string): boolean {
  if (staysInFence(place, line)) return false
  const { quotes, rest } = peelQuotes(line, Number.POSITIVE_INFINITY)
  if (quotes !== place.quotes) place.items = []
  place.quotes = quotes
  if (rest.trim() === '') {
    place.lazy = false
    return false
  }
  const { text, column } = enterItems(place, rest)
  const mark = readFence(text)
  if (mark !== null) {
    place.fence = { mark, quotes, column }
    place.lazy = false
    return false
  }
  if (quotes > 0 || text.startsWith('>')) {
    place.lazy = true
    return false
  }
  if (place.lazy || /^(?: {4}| {0,3}\t)/.test(line)) return false
  return !isInHtml(place, rest)
}

function staysInFence(place: Place, line: string): boolean {
  const { fence } = place
  if (fence === null) return false
  const { quotes, rest } = peelQuotes(line, fence.quotes)
  const goesOn = rest.trim() === '' || indentOf(rest) >= fence.column
  if (quotes < fence.quotes || !goesOn) {
    place.fence = null
    return false
  }
  const end = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(rest.slice(fence.column))
  if (end?.[1]?.startsWith(fence.mark)) place.fence = null
  return true
}

function peelQuotes(line: string, most: number): { quotes: number; rest: string } {
  let rest = line
  let quotes = 0
  for (; quotes < most; quotes++) {
    const mark = /^ {0,3}> ?/.exec(rest)
    if (mark === null) break
    rest = rest.slice(mark[0].length)
  }
  return { quotes, rest }
}

/** Leaves the list items that have ended and enters those that begin here: what is left, and where it stands. */
function enterItems(place: Place, rest: string): { text: string; column: number } {
  const indent = indentOf(rest)
  place.items = place.items.filter(column => column <= indent)
  let column = place.items.at(-1) ?? 0
  let text = rest.slice(column)
  for (;;) {
    const mark = /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?: {1,4}|\t)(?=\S)/.exec(text)
    if (mark === null) return { text, column }
    column += mark[0].length
    text = text.slice(mark[0].length)
    place.items.push(column)
  }
}

function readFence(text: string): string | null {
  const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(text)
  // Three backticks with others behind them are code in the line.
  return mark === null || (mark[1]!.startsWith('`') && mark[2]!.includes('`')) ? null : mark[1]!
}

function indentOf(rest: string): number {
  return rest.length - rest.trimStart().length
}

const SHOWN = /<(\/?)(?:pre|code|samp|blockquote|q|textarea)\b/gi

/** A command that speaks of tags opens none. */
function isInHtml(place: Place, text: string): boolean {
  const inside = place.html > 0
  if (!text.includes('<') || (!inside && text.trimStart().startsWith('/'))) return inside
  for (const [, closing] of text.replace(/`+[^`]*`+/g, '').matchAll(SHOWN)) {
    place.html = Math.max(0, place.html + (closing === '' ? 1 : -1))
  }
  return inside
}
