import { makeId } from './hashid.ts'
import type { Note } from './item.ts'
import { rewrite } from './written.ts'

/**
 * A Beads file (`.beads/issues.jsonl`) as lines: what is a record is read, everything else stays as it is. All dialects, any
 * spacing, any keys; one bad line never fails the file.
 */
export type BeadsFile = { lines: readonly BeadsLine[]; dialect: Dialect; notes: readonly Note[] }

export type BeadsLine =
  | { is: 'record'; text: string; id: string; record: Loose }
  /** Blank, a header, a memory, or something that cannot be read. */
  | { is: 'other'; text: string }

/** An object of which nothing is known. */
export type Loose = Readonly<Record<string, unknown>>

export type Dialect = 'classic' | 'Dolt export' | 'beads-jsonl/1' | 'beads_rust'

/** Keys in the order in which bd writes them. */
export const KEY_ORDER: readonly string[] = [
  ...['_type', 'id', 'title', 'description', 'design', 'acceptance_criteria', 'notes', 'spec_id', 'status'],
  ...['priority', 'issue_type', 'assignee', 'owner', 'estimated_minutes', 'created_at', 'created_by'],
  ...['updated_at', 'started_at', 'closed_at', 'close_reason', 'closed_by_session', 'lease_expires_at'],
  ...['heartbeat_at', 'due_at', 'defer_until', 'external_ref', 'source_system', 'metadata'],
  ...['compaction_level', 'compacted_at', 'compacted_at_commit', 'original_size', 'labels'],
  ...['dependencies', 'comments', 'deleted_at', 'deleted_by', 'delete_reason', 'original_type'],
]

/** @param digest SHA-256 in hex, for records that come without an id. */
export function readBeads(text: string, digest: (text: string) => string): BeadsFile {
  const read = text.split('\n').map((line, index) => readLine(line, index + 1))
  const named = nameAll(
    read.map(({ line }) => line),
    digest,
  )
  const notes = [...read.flatMap(({ note }) => note ?? []), ...named.notes]
  return { lines: named.lines, dialect: dialectOf(named.lines), notes }
}

export function printBeads(lines: readonly BeadsLine[]): string {
  return lines.map(line => line.text).join('\n')
}

export function isLoose(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Empty for what is no text. */
export function textOf(record: Loose, key: string): string {
  const value = record[key]
  return typeof value === 'string' ? value : ''
}

function readLine(text: string, number: number): { line: BeadsLine; note: Note | null } {
  const other: BeadsLine = { is: 'other', text }
  const fault = (why: string): Note => ({
    kind: 'unreadable',
    about: `line ${number}`,
    text: `${why}; the line is kept as it is`,
  })
  const plain = text.replace(/^\uFEFF/, '').trim()
  if (plain === '') return { line: other, note: null }
  const { value, mended } = parseLine(plain)
  if (value === undefined) return { line: other, note: fault('not JSON') }
  if (!isLoose(value)) return { line: other, note: fault('no object') }
  if ('_schema' in value || value._type === 'memory') return { line: other, note: null }
  if (textOf(value, 'title') === '' && textOf(value, 'id') === '') {
    return { line: other, note: fault('neither an id nor a title') }
  }
  const id = textOf(value, 'id').toWellFormed()
  const note: Note = {
    kind: 'text',
    about: id || `line ${number}`,
    text: 'has a broken escape; read as a backslash',
  }
  return { line: { is: 'record', text, id, record: value }, note: mended ? note : null }
}

/** Files that somebody edited by script may hold `\\u` without four digits: a slip that need not cost the record. */
function parseLine(plain: string): { value: unknown; mended: boolean } {
  for (const text of [plain, plain.replace(/(?<!\\)((?:\\\\)*)\\u(?![0-9a-fA-F]{4})/g, '$1\\\\u')]) {
    try {
      return { value: JSON.parse(text) as unknown, mended: text !== plain }
    } catch {}
  }
  return { value: undefined, mended: false }
}

/** Gives ids to records that have none, as bd does; says where two have the same. */
function nameAll(
  lines: readonly BeadsLine[],
  digest: (text: string) => string,
): { lines: BeadsLine[]; notes: Note[] } {
  const ids = lines.flatMap(line => (line.is === 'record' && line.id !== '' ? line.id : []))
  const taken = new Set<string>(ids)
  const seen = new Set<string>()
  const notes: Note[] = []
  const named = lines.map((line): BeadsLine => {
    if (line.is === 'other') return line
    if (line.id === '') {
      const made = nameRecord(line, { prefix: prefixOf(ids), taken, digest })
      taken.add(made.id)
      notes.push({ kind: 'id', about: made.id, text: `had no id: "${textOf(line.record, 'title')}"` })
      return made
    }
    if (seen.has(line.id)) {
      notes.push({ kind: 'id', about: line.id, text: 'stands there twice; the first one counts' })
      return { is: 'other', text: line.text }
    }
    seen.add(line.id)
    return line
  })
  return { lines: named, notes }
}

type Naming = { prefix: string; taken: ReadonlySet<string>; digest: (text: string) => string }

function nameRecord(line: Extract<BeadsLine, { is: 'record' }>, naming: Naming) {
  const { record } = line
  const seed = {
    title: textOf(record, 'title'),
    description: textOf(record, 'description'),
    creator: textOf(record, 'created_by'),
    created: textOf(record, 'created_at'),
  }
  const id = makeId(seed, naming) ?? `${naming.prefix}-${naming.digest(line.text).slice(0, 12)}`
  return {
    ...line,
    id,
    record: { ...record, id },
    text: rewrite(line.text, new Map([['id', id]]), KEY_ORDER),
  }
}

/** What most ids begin with, up to the last hyphen. */
export function prefixOf(ids: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const id of ids) {
    const prefix = id.slice(0, Math.max(0, id.lastIndexOf('-')))
    if (prefix !== '') counts.set(prefix, (counts.get(prefix) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 'bd'
}

function dialectOf(lines: readonly BeadsLine[]): Dialect {
  if (lines.some(line => line.is === 'other' && line.text.includes('"_schema"'))) return 'beads-jsonl/1'
  const first = lines.find(line => line.is === 'record')?.record ?? {}
  if ('lease_expires_at' in first || 'heartbeat_at' in first) return 'beads-jsonl/1'
  if ('_type' in first || 'dependency_count' in first) return 'Dolt export'
  if ('compaction_level' in first && 'source_repo' in first) return 'beads_rust'
  return 'classic'
}
