import { HOLD_LABEL, parsePriorityLabel } from '../labels.ts'
import { type ImportName, printTaskId } from '../names.ts'
import type { Instant } from '../world.ts'
import { type BeadsLine, isLoose, KEY_ORDER, type Loose, printBeads, readBeads, textOf } from './beads.ts'
import { itemsOf } from './beadsitems.ts'
import { newRecord } from './beadsrecord.ts'
import { linkRecord, type Names } from './edges.ts'
import { makeId } from './hashid.ts'
import { isOwnLabel, type Part, plainBody, plainTitle, printIssue, readParts } from './issue.ts'
import { type Item, USUAL_PRIORITY } from './item.ts'
import { printTime } from './time.ts'
import { rewrite } from './written.ts'

/** An issue as an export needs it. */
export type IssueNow = {
  number: number
  id: number
  title: string
  body: string
  labels: readonly string[]
  open: boolean
  stateReason: string | null
  author: string
  assignee: string | null
  createdAt: Instant
  updatedAt: Instant
  closedAt: Instant | null
  /** A parent of sub-issues. */
  container: boolean
  parent: number | null
  blockedBy: readonly number[]
  /** What it was imported from; only where this app made it. */
  imported: ImportName | null
}

export type Exporting = {
  /** The file as it was; empty to begin one. */
  base: string
  repository: string
  issues: readonly IssueNow[]
  digest(text: string): string
}

export type Exported = { text: string; changed: readonly string[]; added: readonly string[] }

/**
 * A Beads file that says what the issues say now. Lines of which no issue knows stay byte for byte, others change only in
 * the keys that differ; issues that are new come behind. Exporting again onto the result changes nothing.
 */
export function exportBeads({ base, repository, issues, digest }: Exporting): Exported {
  const { lines } = readBeads(base, digest)
  const items = new Map(itemsOf({ lines, dialect: 'classic', notes: [] }).items.map(item => [item.key, item]))
  const names = nameIssues(lines, { issues, repository, digest })
  const byId = new Map(issues.map(issue => [names.idOf.get(issue.number)!, issue]))
  const changed: string[] = []
  const written = lines.map((line): BeadsLine => {
    const issue = line.is === 'record' ? byId.get(line.id) : undefined
    // What was deleted there stays deleted.
    if (line.is === 'other' || issue === undefined || line.record.status === 'tombstone') return line
    const changes = changesOf({ record: line.record, item: items.get(line.id)!, issue, names })
    if (changes.size === 0) return line
    changed.push(line.id)
    return {
      ...line,
      text: rewrite(line.text, changes.set('updated_at', later(line.record, issue)), KEY_ORDER),
    }
  })
  const known = new Set(lines.flatMap(line => (line.is === 'record' ? line.id : [])))
  const fresh = inOrder(issues).filter(issue => !known.has(names.idOf.get(issue.number)!))
  const added = fresh.map(issue => newRecord(issue, { names, repository }))
  return {
    text: printBeads(append(written, added)),
    changed,
    added: added.flatMap(line => (line.is === 'record' ? line.id : [])),
  }
}

/** Ids of issues: the imported one, the one that an earlier export gave, else the task's own. */
function nameIssues(
  lines: readonly BeadsLine[],
  { issues, repository, digest }: Omit<Exporting, 'base'>,
): Names {
  const records = lines.flatMap(line => (line.is === 'record' ? line : []))
  const mirrors = new Map(
    records.flatMap(({ id, record }) => (mirrorOf(record) === null ? [] : [[mirrorOf(record)!, id]])),
  )
  const taken = new Set(records.map(({ id }) => id))
  const idOf = new Map<number, string>()
  for (const issue of issues) {
    const id =
      (issue.imported?.source === 'beads' ? issue.imported.key : undefined) ??
      mirrors.get(`${repository}#${issue.number}`) ??
      freshId(issue, taken, digest)
    idOf.set(issue.number, id)
    taken.add(id)
  }
  const containers = new Set(issues.filter(issue => issue.container).map(issue => idOf.get(issue.number)!))
  for (const { id, record } of records) if (record.issue_type === 'epic') containers.add(id)
  return { idOf, issues: new Set([...idOf.values()]), epics: containers }
}

function mirrorOf({ metadata }: Loose): string | null {
  const chorus = isLoose(metadata) && isLoose(metadata.chorus) ? metadata.chorus : {}
  return textOf(chorus, 'issue') || null
}

function freshId(issue: IssueNow, taken: ReadonlySet<string>, digest: Exporting['digest']): string {
  const task = printTaskId(issue.number)
  if (!taken.has(task)) return task
  const created = new Date(issue.createdAt).toISOString()
  const seed = { title: issue.title, description: issue.body, creator: issue.author, created }
  return makeId(seed, { prefix: 'bd', taken, digest }) ?? `${task}${issue.number}`
}

type One = { record: Loose; item: Item; issue: IssueNow; names: Names }

const KEYS: Readonly<Record<Part, string>> = {
  goal: 'description',
  design: 'design',
  notes: 'notes',
  acceptance: 'acceptance_criteria',
}

function changesOf({ record, item, issue, names }: One): Map<string, unknown> {
  const changes = new Map<string, unknown>(textChanges(item, issue))
  const priority = issue.labels.map(parsePriorityLabel).find(one => one !== null) ?? USUAL_PRIORITY
  if (priority !== item.priority) changes.set('priority', priority)
  if (issue.assignee !== null && issue.assignee !== record.assignee) changes.set('assignee', issue.assignee)
  for (const [key, value] of stateChanges(record, item, issue)) changes.set(key, value)
  for (const [key, value] of labelChanges(record, item, issue)) changes.set(key, value)
  const dependencies = linkRecord(record, item, issue, names)
  if (dependencies !== null) changes.set('dependencies', dependencies.length === 0 ? null : dependencies)
  return changes
}

/** An issue that we made has parts; one that we did not make is one text. */
function textChanges(item: Item, issue: IssueNow): [string, unknown][] {
  const printed = printIssue(item, 'beads')
  const title = plainTitle(issue.title)
  const changes: [string, unknown][] = plainTitle(printed.title) === title ? [] : [['title', title]]
  if (issue.imported?.source !== 'beads') {
    const text = plainBody(issue.body)
    return text === item.goal.trim() ? changes : [...changes, ['description', text === '' ? null : text]]
  }
  const [then, now] = [readParts(printed.body), readParts(issue.body)]
  for (const [part, key] of Object.entries(KEYS) as [Part, string][]) {
    if (then[part] !== now[part]) changes.push([key, now[part] === '' ? null : now[part]])
  }
  return changes
}

function stateChanges(record: Loose, item: Item, issue: IssueNow): [string, unknown][] {
  if (!issue.open) {
    if (item.closed) return []
    const at = printTime(issue.closedAt ?? issue.updatedAt)
    return [
      ['status', 'closed'],
      ['closed_at', at],
      ['close_reason', issue.stateReason ?? 'completed'],
    ]
  }
  // Closed there since the issue last changed: then the file knows better.
  if (item.closed && issue.updatedAt <= Date.parse(textOf(record, 'closed_at'))) return []
  const held = issue.labels.includes(HOLD_LABEL)
  const status = held ? 'deferred' : 'open'
  if (!item.closed && held === item.labels.includes(HOLD_LABEL)) return []
  return [
    ['status', status],
    ['closed_at', null],
    ['close_reason', null],
  ]
}

/** The label `hold` is a status there, unless the record has it itself. */
function labelChanges(record: Loose, item: Item, issue: IssueNow): [string, unknown][] {
  const own = Array.isArray(record.labels) ? record.labels.filter(label => typeof label === 'string') : []
  const counts = (label: string) => !isOwnLabel(label) && (label !== HOLD_LABEL || own.includes(label))
  const then = printIssue({ ...item, labels: own }, 'beads').labels.filter(counts)
  const now = issue.labels.filter(counts)
  if (then.length === now.length && then.every(label => now.includes(label))) return []
  const labels = [...own.filter(isOwnLabel), ...now]
  return [['labels', labels.length === 0 ? null : labels]]
}

/** A change counts for bd only where it is at least a second younger. */
function later(record: Loose, issue: IssueNow): string {
  const before = Date.parse(textOf(record, 'updated_at')) || 0
  return printTime(Math.max(issue.updatedAt, before + 1_000))
}

/** Parents before children, then by number. */
function inOrder(issues: readonly IssueNow[]): IssueNow[] {
  const byNumber = new Map(issues.map(issue => [issue.number, issue]))
  const depth = (issue: IssueNow): number => {
    const parent = byNumber.get(issue.parent ?? 0)
    return parent === undefined ? 0 : 1 + depth(parent)
  }
  return issues.toSorted((a, b) => depth(a) - depth(b) || a.number - b.number)
}

/** Before the end of the last line, whether the file has one or not. */
function append(lines: readonly BeadsLine[], added: readonly BeadsLine[]): BeadsLine[] {
  const last = lines.at(-1)
  const ended = last === undefined || (last.is === 'other' && last.text === '')
  if (added.length === 0) return [...lines]
  return [...(ended ? lines.slice(0, -1) : lines), ...added, { is: 'other', text: '' }]
}
