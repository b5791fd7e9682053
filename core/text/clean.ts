import { visibleText } from './visible.ts'

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}

/** Output of a program as text that may be shown: no colours, no control or invisible characters. */
export function cleanOutput(text: string): string {
  return visibleText(stripAnsi(text))
    .split('\n')
    .map(line => trimLast(line, ' \t'))
    .join('\n')
}

/**
 * Without the last characters that are among these. By hand: a pattern for it begins anew at every character of a long run
 * that is not the end, and so takes a time that grows with the square of a hostile text.
 */
export function trimLast(text: string, characters: string): string {
  let end = text.length
  while (end > 0 && characters.includes(text[end - 1]!)) end--
  return text.slice(0, end)
}

/** The first `max` bytes, never half a character. */
export function cutHead(text: string, max: number): string {
  const bytes = new TextEncoder().encode(text)
  if (bytes.length <= max) return text
  return trimLast(new TextDecoder().decode(bytes.subarray(0, max)), '\uFFFD')
}

/** The last `max` bytes, beginning with a whole line where one fits. */
export function cutTail(text: string, max: number): string {
  const bytes = new TextEncoder().encode(text)
  if (bytes.length <= max) return text
  const tail = new TextDecoder().decode(bytes.subarray(bytes.length - max)).replace(/^\uFFFD+/, '')
  const line = tail.indexOf('\n')
  return line >= 0 && line < tail.length - 1 ? tail.slice(line + 1) : tail
}

/** Escape sequences of terminals, by hand: text of a hostile program meets no pattern that could backtrack. */
function stripAnsi(text: string): string {
  const parts = text.split('\u001b')
  const rest = parts.slice(1).map(part => {
    if (part.startsWith('[')) return part.replace(/^\[[0-?]{0,64}[ -/]{0,8}[@-~]?/, '')
    // An operating system command (a window title, a link) goes on to the bell.
    if (part.startsWith(']')) return part.slice(part.indexOf('\u0007') + 1)
    return part.slice(1)
  })
  return (parts[0] ?? '') + rest.join('')
}
