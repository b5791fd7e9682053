/** What a task is in any of the formats that we read, before it is an issue. */
export type Item = {
  /** Its name in the file, to which links point. */
  key: string
  title: string
  /** Markdown, as written. */
  goal: string
  design: string
  acceptance: string
  notes: string
  /** Said about it, oldest first. */
  comments: readonly { by: string; at: string; text: string }[]
  type: string
  /** 0 is the most urgent, 4 the least. */
  priority: number
  labels: readonly string[]
  /** Globs or paths that it will change. */
  scope: readonly string[]
  closed: boolean
  /** Why this becomes no issue; null when it does. */
  passed: string | null
  /** Keys of the one above it, and of what it waits for: only of items in the same file. */
  parent: string | null
  blockedBy: readonly string[]
}

export const NOTE_KINDS = [
  'unreadable',
  'id',
  'status',
  'type',
  'priority',
  'label',
  'link',
  'dangling',
  'text',
] as const
export type NoteKind = (typeof NOTE_KINDS)[number]

/** Something in the file that was not taken as it stands: what it was and what became of it. */
export type Note = { kind: NoteKind; about: string; text: string }

/** A whole file, read. Nothing in it is an error of the whole: what cannot be used is named in the notes. */
export type Reading = {
  /** What the keys belong to, such as `beads` or `taskmaster:master`: with the key, the name that an issue carries. */
  source: string
  /** The format in words, with its dialect. */
  format: string
  items: readonly Item[]
  notes: readonly Note[]
}

export const LOWEST_PRIORITY = 4
export const USUAL_PRIORITY = 2

export function emptyItem(key: string, title: string): Item {
  return {
    key,
    title,
    goal: '',
    design: '',
    acceptance: '',
    notes: '',
    comments: [],
    type: 'task',
    priority: USUAL_PRIORITY,
    labels: [],
    scope: [],
    closed: false,
    passed: null,
    parent: null,
    blockedBy: [],
  }
}
