import { isLoose, type Loose, textOf } from './beads.ts'
import type { Item, Note } from './item.ts'

/** Dependencies of Beads records: `from` depends on `to`. */
export type Edge = { to: string; type: string }

/** Types that keep a task from starting, as far as GitHub's "blocked by" can say it. */
const GATING: ReadonlySet<string> = new Set(['blocks', 'conditional-blocks', 'waits-for'])
/** Written by hand where `blocks` is meant: the record is the one that waits. */
const MEANT = new Set(['blocked-by', 'blocked_by', 'depends-on', 'depends_on', 'requires'])
export const PARENT = 'parent-child'
const EXTERNAL = 'external:'

export function edgesOf(record: Loose): Edge[] {
  if (!Array.isArray(record.dependencies)) return []
  return record.dependencies
    .filter(isLoose)
    .map(edge => ({ to: textOf(edge, 'depends_on_id'), type: textOf(edge, 'type') || 'blocks' }))
    .filter(edge => edge.to !== '')
}

type Among = { known: ReadonlyMap<string, Item>; notes: Note[] }

export function isGating(type: string): boolean {
  return GATING.has(type) || MEANT.has(type)
}

/** Edges become links where both ends are work; what cannot be a link is said, of work that will be an issue. */
export function linkItems(item: Item, edges: readonly Edge[], { known, notes }: Among): Item {
  const note = (kind: Note['kind'], text: string) => {
    if (item.passed === null || kind === 'dangling') notes.push({ kind, about: item.key, text })
  }
  const resolved = edges.filter(edge => edge.to !== item.key && resolves(edge, known, note))
  if (edges.some(edge => edge.to === item.key)) note('link', 'waits for itself: no link')
  const parents = resolved.filter(edge => edge.type === PARENT).map(edge => edge.to)
  const dotted = item.key.includes('.') ? item.key.slice(0, item.key.lastIndexOf('.')) : ''
  // The dotted id speaks only where no edge does.
  if (parents.length === 0 && known.has(dotted)) parents.push(dotted)
  if (parents.length > 1) note('link', `has ${parents.length} parents; ${parents[0]} is kept`)
  const blockedBy = resolved.filter(edge => isGating(edge.type)).map(edge => edge.to)
  for (const edge of resolved) sayEdge(edge, known.get(edge.to)!, note)
  return { ...item, parent: parents[0] ?? null, blockedBy: [...new Set(blockedBy)] }
}

type Take = (kind: Note['kind'], text: string) => void

function resolves({ to, type }: Edge, known: ReadonlyMap<string, Item>, note: Take): boolean {
  if (known.has(to)) return true
  const what = to.startsWith(EXTERNAL) ? 'which is outside of this file' : 'which is not in this file'
  note('dangling', `${type} → ${to}, ${what}: no link`)
  return false
}

function sayEdge({ to, type }: Edge, target: Item, note: Take): void {
  const links = type === PARENT || isGating(type)
  if (!links) note('link', `${type} → ${to} is no link on GitHub; it stays in the file`)
  else if (target.passed !== null)
    note('link', `${type} → ${to}, which is no issue (${target.passed}): no link`)
  else if (type !== 'blocks' && type !== PARENT) note('link', `${type} → ${to} becomes "blocked by"`)
}
