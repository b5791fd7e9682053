import { HOLD_LABEL, NEEDS_REVIEW_LABEL } from '../labels.ts'
import { isLoose, type Loose, textOf } from './beads.ts'
import { emptyItem, type Item, LOWEST_PRIORITY, type Note, type Reading, USUAL_PRIORITY } from './item.ts'

/** task-master's `tasks.json`: flat, or by tag; subtasks are one level deep and have ids like `5.2`. */
export function readTaskMaster(text: string, wantedTag: string | null): Reading | null {
  const tags = tagsOf(parse(text))
  if (tags === null) return null
  const tag = tagOf(text, wantedTag)
  const notes: Note[] = []
  const others = [...tags.keys()].filter(name => name !== tag)
  if (others.length > 0) {
    notes.push({ kind: 'text', about: tag, text: `other tags are not read now: ${others.join(', ')}` })
  }
  const items = linkAll(
    (tags.get(tag) ?? []).flatMap(task => readTask(task, notes)),
    notes,
  )
  return { source: `taskmaster:${tag}`, format: `task-master, tag ${tag}`, items, notes }
}

/** The tag that is meant where none is named. */
export function tagOf(text: string, wanted: string | null): string {
  const tags = [...(tagsOf(parse(text))?.keys() ?? [])]
  return wanted ?? tags.find(tag => tag === 'master') ?? tags[0] ?? 'master'
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return null
  }
}

function tagsOf(value: unknown): Map<string, Loose[]> | null {
  if (!isLoose(value)) return null
  if (Array.isArray(value.tasks)) return new Map([['master', value.tasks.filter(isLoose)]])
  const tags = Object.entries(value).flatMap(([name, held]) =>
    isLoose(held) && Array.isArray(held.tasks) ? [[name, held.tasks.filter(isLoose)] as const] : [],
  )
  return tags.length === 0 ? null : new Map(tags)
}

/** `waits` as written: a bare number in a subtask means a sibling. */
type Draft = { item: Item; waits: readonly string[]; siblings: string | null }

function readTask(task: Loose, notes: Note[]): Draft[] {
  const key = String(task.id ?? '')
  const subtasks = Array.isArray(task.subtasks) ? task.subtasks.filter(isLoose) : []
  const own = { item: readItem(key, task, notes), waits: waitsOf(task), siblings: null }
  const below = subtasks.map((subtask): Draft => {
    const item = readItem(`${key}.${String(subtask.id ?? '')}`, subtask, notes)
    // A subtask has no priority of its own.
    const priority = subtask.priority === undefined ? own.item.priority : item.priority
    return { item: { ...item, parent: key, priority }, waits: waitsOf(subtask), siblings: key }
  })
  return [own, ...below]
}

function waitsOf(task: Loose): string[] {
  const values = Array.isArray(task.dependencies) ? task.dependencies : []
  return values.filter(value => typeof value === 'number' || typeof value === 'string').map(String)
}

const STATUSES: Readonly<Record<string, { closed: boolean; labels: readonly string[] }>> = {
  pending: { closed: false, labels: [] },
  'in-progress': { closed: false, labels: [] },
  review: { closed: false, labels: [NEEDS_REVIEW_LABEL] },
  blocked: { closed: false, labels: [] },
  deferred: { closed: false, labels: [HOLD_LABEL] },
  done: { closed: true, labels: [] },
  completed: { closed: true, labels: [] },
  cancelled: { closed: true, labels: [] },
}
const PRIORITIES = ['critical', 'high', 'medium', 'low']

function readItem(key: string, task: Loose, notes: Note[]): Item {
  const word = textOf(task, 'status') || 'pending'
  const status = STATUSES[word] ?? STATUSES.pending!
  if (STATUSES[word] === undefined)
    notes.push({ kind: 'status', about: key, text: `odd status "${word}" → open` })
  else if (!['pending', 'done', 'completed'].includes(word)) {
    notes.push({ kind: 'status', about: key, text: `status "${word}" → ${sayStatus(status)}` })
  }
  const { rank, odd } = readPriority(task)
  if (odd !== null) notes.push({ kind: 'priority', about: key, text: `priority "${odd}" → ${rank}` })
  const tests = textOf(task, 'testStrategy')
  return {
    ...emptyItem(key, textOf(task, 'title').replace(/\s+/g, ' ').trim() || `Task ${key}`),
    goal: [textOf(task, 'description'), textOf(task, 'details')].filter(text => text !== '').join('\n\n'),
    acceptance: [...listOf(task.acceptanceCriteria), ...(tests === '' ? [] : [`- [ ] ${tests}`])].join('\n'),
    priority: rank,
    labels: [...status.labels, ...(Array.isArray(task.tags) ? task.tags.filter(isText) : [])],
    scope: scopeOf(task),
    closed: status.closed,
    passed: status.closed ? word : null,
  }
}

function sayStatus({ closed, labels }: { closed: boolean; labels: readonly string[] }): string {
  if (closed) return 'closed'
  return labels.length === 0 ? 'open' : `open, with the label \`${labels.join('`, `')}\``
}

function readPriority(task: Loose): { rank: number; odd: string | null } {
  const word = textOf(task, 'priority')
  const rank = PRIORITIES.indexOf(word)
  if (rank >= 0) return { rank, odd: null }
  return { rank: Math.min(USUAL_PRIORITY, LOWEST_PRIORITY), odd: word === '' ? null : word }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function listOf(value: unknown): string[] {
  if (isText(value)) return [value]
  return Array.isArray(value) ? value.filter(isText).map(text => `- [ ] ${text}`) : []
}

/** Files that the task is said to change; those it only looks at do not matter. */
function scopeOf(task: Loose): string[] {
  const files = Array.isArray(task.relevantFiles) ? task.relevantFiles.filter(isLoose) : []
  return files
    .filter(file => file.action !== 'reference')
    .map(file => textOf(file, 'path'))
    .filter(isText)
}

function linkAll(drafts: readonly Draft[], notes: Note[]): Item[] {
  const known = new Set(drafts.map(({ item }) => item.key))
  return drafts.map(({ item, waits, siblings }) => {
    const keys = waits.map(key => (siblings === null || key.includes('.') ? key : `${siblings}.${key}`))
    for (const key of keys.filter(key => !known.has(key))) {
      notes.push({
        kind: 'dangling',
        about: item.key,
        text: `depends on ${key}, which is not there: no link`,
      })
    }
    return { ...item, blockedBy: [...new Set(keys)].filter(key => known.has(key) && key !== item.key) }
  })
}

/** The same file with the statuses of `states` (closed or not) where they differ, as task-master prints it. */
export function writeTaskMaster(
  text: string,
  tag: string | null,
  states: ReadonlyMap<string, boolean>,
): string {
  const value = parse(text)
  const tasks = tagsOf(value)?.get(tagOf(text, tag)) ?? []
  const changed = tasks.map(task => mark(task, String(task.id ?? ''), states)).filter(done => done)
  if (changed.length === 0) return text
  return `${JSON.stringify(value, null, 2)}${text.endsWith('\n') ? '\n' : ''}`
}

/** Changes the parsed file in place: it is ours alone. Returns whether anything was changed. */
function mark(task: Loose, key: string, states: ReadonlyMap<string, boolean>): boolean {
  const subtasks = Array.isArray(task.subtasks) ? task.subtasks.filter(isLoose) : []
  const below = subtasks.map(subtask => mark(subtask, `${key}.${String(subtask.id ?? '')}`, states))
  const closed = states.get(key)
  const was = STATUSES[textOf(task, 'status') || 'pending']?.closed ?? false
  if (closed === undefined || closed === was) return below.includes(true)
  Object.assign(task, { status: closed ? 'done' : 'pending' })
  return true
}
