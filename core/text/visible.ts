/**
 * What a person sees of a text. An agent is told only that: text hidden from the approver's eyes (comments in HTML,
 * invisible characters, direction tricks, tag characters that spell out words) never reaches a model.
 */
export function visibleText(text: string): string {
  const unix = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
  // Most text is plain ASCII: do not take it apart for nothing.
  const plain = /^[\t\n -~]*$/.test(unix) ? unix : [...unix].filter(isVisible).join('')
  const shown = stripHtmlComments(plain)
  return shown.includes(']:') ? shown.replace(HIDDEN_NOTE, '') : shown
}

/** `[//]: # (a note)`: a link that nothing uses, the other way to hide text in Markdown. */
const HIDDEN_NOTE = /^ {0,3}\[[^\]\n]{0,200}\]:[ \t]*(?:#|<>)[ \t].*$/gm

/** Code points, first and last. */
const INVISIBLE: readonly (readonly [number, number])[] = [
  [0x00, 0x08], // control characters but tab and newline
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad], // soft hyphen
  [0x34f, 0x34f], // combining grapheme joiner
  [0x61c, 0x61c], // mark of direction
  [0x115f, 0x1160], // fillers
  [0x17b4, 0x17b5],
  [0x180b, 0x180f], // variation selectors
  [0x200b, 0x200f], // zero width, marks of direction
  [0x2028, 0x202e], // separators, embeddings and overrides of direction
  [0x2060, 0x206f], // word joiner, invisible operators, isolates
  [0x3164, 0x3164],
  [0xd800, 0xdfff], // halves of characters
  [0xe000, 0xf8ff], // private use
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff], // byte order mark
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb], // annotations
  [0x1bca0, 0x1bca3], // format controls of shorthand and music
  [0x1d173, 0x1d17a],
  [0xe0000, 0x10ffff], // tags, more variation selectors, private use
]

function isVisible(character: string): boolean {
  const code = character.codePointAt(0)!
  if (code >= 0x20 && code < 0x7f) return true
  return !INVISIBLE.some(([first, last]) => first <= code && code <= last)
}

/**
 * Closed comments go wherever they stand, even in code: in doubt an agent sees less. An unclosed one hides the rest of
 * the page when a line starts with it, and is plain text otherwise. By hand: no pattern that could backtrack.
 */
function stripHtmlComments(text: string): string {
  let shown = ''
  let from = 0
  for (;;) {
    const start = text.indexOf('<!--', from)
    if (start < 0) return shown + text.slice(from)
    shown += text.slice(from, start)
    const end = text.indexOf('-->', start + 2)
    if (end >= 0) from = end + 3
    else if (startsLine(text, start)) return shown
    else return shown + text.slice(start)
  }
}

/** Nothing before it on its line but what begins lists and quotes. */
function startsLine(text: string, index: number): boolean {
  return /^[\s>*+\-0-9.)]*$/.test(text.slice(text.lastIndexOf('\n', index - 1) + 1, index))
}
