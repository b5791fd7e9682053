import { redactSecrets } from './secret.ts'
import { visibleText } from './visible.ts'

/**
 * Text that others wrote, made fit to be shown: only what is visible, no keys, nobody notified, no issue linked or closed,
 * no HTML, no images, no hidden link targets.
 */

/** Cuts a name from what it would notify or link; people still read the same. */
const GAP = '\u200b'

/** One line, at most `max` characters. */
export function quoteLine(text: string, max = 300): string {
  return cut(neutralise(clean(text).replace(/\s+/g, ' ').trim()), max)
}

/** A block quote of at most `max` characters; empty for empty text. */
export function quoteBlock(text: string, max = 2000): string {
  const safe = neutralise(clean(text).trim())
  if (safe === '') return ''
  return cut(safe, max)
    .split('\n')
    .map(line => `> ${line}`.trimEnd())
    .join('\n')
}

/** For our own sentences with names in them: nobody is notified, and no HTML gets in; `#7` stays a link. */
export function quoteWords(text: string, max = 500): string {
  return cut(muteMentions(escapeHtml(clean(text).replace(/\s+/g, ' ').trim())), max)
}

/** Plain text for commit messages: no markdown to disarm, but names, numbers and what keeps CI from running still act there. */
export function quotePlain(text: string, max = 2000): string {
  return cut(plain(clean(text).trim()), max)
}

/** The same on one line. What a line break or a tab kept apart is together before it is judged. */
export function quotePlainLine(text: string, max = 200): string {
  return cut(plain(clean(text).replace(/\s+/g, ' ').trim()), max)
}

function plain(text: string): string {
  return muteSkips(muteReferences(muteMentions(text)))
}

/** For text that goes from one tracker to another: as written, but nobody is notified, no issue linked, no key shown. */
export function quoteTracker(text: string): string {
  return muteReferences(muteMentions(redactSecrets(text)))
}

/** The same text with the names as they were; what was a key stays cut out. */
export function unquoteTracker(text: string): string {
  return text.replaceAll(GAP, '')
}

/** Inside a table's cell. */
export function quoteCell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ')
}

function clean(text: string): string {
  return redactSecrets(visibleText(text))
}

function neutralise(text: string): string {
  return muteReferences(muteMentions(escapeLinks(escapeHtml(text))))
}

function escapeHtml(text: string): string {
  return text.replaceAll('<', '&lt;')
}

/** Images load from elsewhere; links can say one thing and lead to another. Bare addresses stay, they show where they lead. */
function escapeLinks(text: string): string {
  return text
    .replaceAll('](', ']\\(')
    .replaceAll('][', ']\\[')
    .replace(/^( {0,3}\[[^\]\n]{0,200}\]):/gm, '$1\\:')
}

function muteMentions(text: string): string {
  return text.replace(/@(?=[A-Za-z0-9_-])/g, `@${GAP}`)
}

function muteSkips(text: string): string {
  return text
    .replace(/\[(?=(?:skip (?:ci|actions)|(?:ci|actions) skip|no ci)\])/gi, `[${GAP}`)
    .replace(/^(skip-checks)(?=\s*:)/gim, `$1${GAP}`)
}

const CLOSING = /\b(clos|fix|resolv)(e|es|ed)?(:?\s+)(?=\S{0,100}(?:#|GH-|\/(?:issues|pull)\/)\d)/gi

function muteReferences(text: string): string {
  return text
    .replace(
      CLOSING,
      (_, stem: string, end: string | undefined, gap: string) => `${stem}${GAP}${end ?? ''}${gap}`,
    )
    .replace(/#(?=\d)/g, `#${GAP}`)
    .replace(/\bGH-(?=\d)/gi, match => `${match}${GAP}`)
}

function cut(text: string, max: number): string {
  const characters = [...text]
  return characters.length <= max
    ? text
    : `${characters
        .slice(0, max - 1)
        .join('')
        .trimEnd()}…`
}
