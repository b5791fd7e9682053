import { parseAgentLabel, parsePhaseLabel, parsePriorityLabel, printPriorityLabel } from '../labels.ts'
import { parseImportMarker, printImportMarker } from '../names.ts'
import { quoteTracker, unquoteTracker } from '../text/quote.ts'
import { type Item, USUAL_PRIORITY } from './item.ts'

/** An item as an issue that Chorus and people can read, and back. */
export type IssueText = { title: string; body: string; labels: readonly string[] }

/** GitHub takes 65,536 characters; some room is left for people. */
const LONGEST_BODY = 60_000
const CUT = '\n\n_Cut here: the whole text is in the file that this was imported from._'

const PARTS = [
  ['goal', 'Goal'],
  ['design', 'Design'],
  ['notes', 'Notes'],
  ['acceptance', 'Acceptance'],
] as const
export type Part = (typeof PARTS)[number][0]

export function printIssue(item: Item, source: string): IssueText {
  const parts = PARTS.flatMap(([part, heading]) => printPart(heading, item[part]))
  const type = printPart('Type', item.type === 'task' ? '' : item.type)
  const scope = printPart('Scope', item.scope.map(path => `- \`${path}\``).join('\n'))
  const comments = printPart('Comments', item.comments.map(printComment).join('\n\n'))
  const marker = printImportMarker({ source, key: item.key })
  const body = [marker, ...parts, ...scope, ...type, ...comments].join('\n\n')
  return {
    title: quoteTracker(item.title),
    body: body.length <= LONGEST_BODY ? body : body.slice(0, LONGEST_BODY - CUT.length) + CUT,
    labels: printLabels(item),
  }
}

function printPart(heading: string, text: string): string[] {
  return text.trim() === '' ? [] : [`### ${heading}\n\n${quoteTracker(text.trim())}`]
}

function printComment({ by, at, text }: Item['comments'][number]): string {
  return `**${by || 'somebody'}**, ${at || 'at some time'}:\n\n${text.trim()}`
}

/** Only people start agents, and only Chorus shows phases: such labels of a file stay in the file. */
export function isOwnLabel(label: string): boolean {
  return (
    parseAgentLabel(label) !== null || parsePhaseLabel(label) !== null || parsePriorityLabel(label) !== null
  )
}

const LONGEST_LABEL = 50

function printLabels({ labels, priority }: Item): string[] {
  const own = priority === USUAL_PRIORITY ? [] : [printPriorityLabel(priority)]
  const others = labels.filter(label => !isOwnLabel(label)).map(label => label.slice(0, LONGEST_LABEL))
  return [...new Set([...own, ...others])]
}

/** The parts of a body that `printIssue` made, and that people may have edited since. */
export function readParts(body: string): Record<Part, string> {
  const parts: Record<Part, string> = { goal: '', design: '', notes: '', acceptance: '' }
  const pieces = plainBody(body).split(/^### (Goal|Design|Notes|Acceptance|Scope|Type|Comments)[ \t]*$/m)
  const free = pieces[0]!.trim()
  for (let i = 1; i < pieces.length; i += 2) {
    const part = PARTS.find(([, heading]) => heading === pieces[i])?.[0]
    if (part !== undefined && parts[part] === '') parts[part] = pieces[i + 1]!.trim()
  }
  return { ...parts, goal: [free, parts.goal].filter(one => one !== '').join('\n\n') }
}

/** A title or a body as a record says it: no marks of ours against notifying, one kind of line end. */
export function plainTitle(title: string): string {
  return unquoteTracker(title).replace(/\s+/g, ' ').trim()
}

/** Without the mark of where it came from, which stays with the issue. */
export function plainBody(body: string): string {
  const text = unquoteTracker(body.replaceAll('\r\n', '\n')).trim()
  return parseImportMarker(text) === null ? text : text.slice(text.indexOf('-->') + 3).trim()
}
