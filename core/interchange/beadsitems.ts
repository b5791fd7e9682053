import { HOLD_LABEL } from '../labels.ts'
import { type BeadsFile, isLoose, type Loose, textOf } from './beads.ts'
import { edgesOf, linkItems } from './beadslinks.ts'
import { emptyItem, type Item, LOWEST_PRIORITY, type Note, type Reading, USUAL_PRIORITY } from './item.ts'

/** What each record of a Beads file is to us, and every difference between what it says and what we make of it. */
export function itemsOf(file: BeadsFile): Reading {
  const notes: Note[] = [...file.notes]
  const records = file.lines.flatMap(line => (line.is === 'record' ? line : []))
  const read = records.map(({ id, record }) => ({
    item: readItem(id, record, notes),
    edges: edgesOf(record),
  }))
  const known = new Map(read.map(({ item }) => [item.key, item]))
  const items = read.map(({ item, edges }) => linkItems(item, edges, { known, notes }))
  return { source: 'beads', format: `Beads, ${file.dialect} dialect`, items, notes }
}

function readItem(key: string, record: Loose, notes: Note[]): Item {
  const note = (kind: Note['kind'], text: string) => notes.push({ kind, about: key, text })
  const status = readStatus(record.status)
  if (status.said !== null) note('status', status.said)
  const type = textOf(record, 'issue_type') || 'task'
  if (!TYPES.has(type) && !NO_WORK.has(type))
    note('type', `type "${type}" is not one of bd's; kept as a word`)
  return {
    ...emptyItem(key, readTitle(record, note)),
    goal: textOf(record, 'description'),
    design: textOf(record, 'design'),
    acceptance: textOf(record, 'acceptance_criteria'),
    notes: textOf(record, 'notes'),
    comments: readComments(record),
    type,
    priority: readPriority(record.priority, note),
    labels: [...readLabels(record, note), ...status.labels],
    closed: status.closed,
    passed: whyPassed(record, type, status),
  }
}

type Take = (kind: Note['kind'], text: string) => void

const LONGEST_TITLE = 256

function readTitle(record: Loose, note: Take): string {
  const title = textOf(record, 'title').replace(/\s+/g, ' ').trim()
  if (title === '') note('text', 'has no title; its id stands for it')
  if (title.length > LONGEST_TITLE) note('text', `its title has ${title.length} characters, GitHub takes 256`)
  return title.slice(0, LONGEST_TITLE) || textOf(record, 'id')
}

/** Types that bd knows as work, and those that are its own machinery: messages, sessions, gates of workflows. */
const TYPES = new Set(['bug', 'feature', 'task', 'epic', 'chore', 'decision', 'spike', 'story', 'milestone'])
const NO_WORK = new Set(
  'message molecule gate event agent role rig slot convoy merge-request wisp'.split(' '),
)

type Status = { closed: boolean; deleted: boolean; labels: string[]; said: string | null }

const CLOSED_WORDS =
  /^(?:closed|done|completed?|resolved|fixed|cancell?ed|wont[-_ ]?fix|rejected|abandoned)$/i

function readStatus(value: unknown): Status {
  const open: Status = { closed: false, deleted: false, labels: [], said: null }
  switch (value) {
    case undefined:
    case 'open':
      return open
    case 'closed':
      return { ...open, closed: true }
    case 'tombstone':
      return { ...open, closed: true, deleted: true }
    case 'in_progress':
    case 'hooked':
    case 'blocked':
      return { ...open, said: `status "${value}" → open: whoever was at it is not Chorus` }
    case 'deferred':
    case 'pinned':
      return { ...open, labels: [HOLD_LABEL], said: `status "${value}" → open, with the label \`hold\`` }
  }
  const word = typeof value === 'string' ? value : JSON.stringify(value)
  if (CLOSED_WORDS.test(word)) return { ...open, closed: true, said: `odd status "${word}" → closed` }
  return { ...open, said: `odd status "${word}" → open` }
}

function whyPassed(record: Loose, type: string, status: Status): string | null {
  if (status.deleted) return 'deleted (tombstone)'
  if (status.closed) return 'closed'
  if (NO_WORK.has(type)) return `no work of its own: ${type}`
  if (record.is_template === true) return 'a template'
  if (record.ephemeral === true || record.wisp === true) return 'ephemeral'
  return null
}

function readPriority(value: unknown, note: Take): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LOWEST_PRIORITY)
    return value
  const digit = typeof value === 'string' ? /^p?([0-4])$/i.exec(value)?.[1] : undefined
  const taken = digit === undefined ? USUAL_PRIORITY : Number(digit)
  note(
    'priority',
    value === undefined ? `no priority → ${taken}` : `priority ${JSON.stringify(value)} → ${taken}`,
  )
  return taken
}

function readLabels(record: Loose, note: Take): string[] {
  if (record.labels === undefined || record.labels === null) return []
  const values = Array.isArray(record.labels) ? record.labels : [record.labels]
  const labels = values.filter((label): label is string => typeof label === 'string' && label.trim() !== '')
  if (labels.length < values.length) note('label', 'has labels that are no text')
  return labels.map(label => label.trim())
}

function readComments(record: Loose): Item['comments'] {
  if (!Array.isArray(record.comments)) return []
  return record.comments
    .filter(isLoose)
    .map(comment => ({
      by: textOf(comment, 'author'),
      at: textOf(comment, 'created_at'),
      text: textOf(comment, 'text'),
    }))
    .filter(comment => comment.text !== '')
}
