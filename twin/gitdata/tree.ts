import { HttpError } from '../http/route.ts'
import type { Repo } from '../state.ts'
import { writeObject } from './loose.ts'
import { readObject } from './objects.ts'

export const MODES = ['100644', '100755', '040000', '160000', '120000'] as const
export type Mode = (typeof MODES)[number]

export type TreeEntry = { name: string; mode: Mode; sha: string }

/** One change to a tree; `sha` null takes the path away. Paths use slashes and start at the root. */
export type TreeEdit = { path: string; mode: Mode; sha: string | null }

/** The entries of a tree (or of the commit's or ref's tree), in git's order; null when it names no tree. */
export async function readTree(
  repo: Repo,
  rev: string,
): Promise<{ sha: string; entries: TreeEntry[] } | null> {
  const found = await readObject(repo, rev)
  if (found?.type !== 'tree') return null
  return { sha: found.oid, entries: parseTree(found.content) }
}

/**
 * Writes the tree that `base` becomes with the edits; `base` null starts from nothing. Folders left empty vanish.
 * Throws 422 when a path is malformed or when an edit takes away what is not there.
 */
export async function editTree(repo: Repo, base: string | null, edits: TreeEdit[]): Promise<string> {
  for (const edit of edits) checkPath(edit.path)
  return (await editFolder(repo, base, edits, '')) ?? writeObject(repo, 'tree', Buffer.alloc(0))
}

/** Null when nothing is left in the folder. */
async function editFolder(
  repo: Repo,
  base: string | null,
  edits: TreeEdit[],
  at: string,
): Promise<string | null> {
  const held = base === null ? [] : ((await readTree(repo, base))?.entries ?? [])
  const entries = new Map(held.map(entry => [entry.name, entry]))
  const below = new Map<string, TreeEdit[]>()
  for (const edit of edits) {
    const slash = edit.path.indexOf('/')
    if (slash < 0) {
      applyEdit(entries, edit, at)
      continue
    }
    const folder = edit.path.slice(0, slash)
    below.set(folder, [...(below.get(folder) ?? []), { ...edit, path: edit.path.slice(slash + 1) }])
  }
  for (const [name, inner] of below) {
    const old = entries.get(name)
    const from = old?.mode === '040000' ? old.sha : null
    const sha = await editFolder(repo, from, inner, `${at}${name}/`)
    if (sha === null) entries.delete(name)
    else entries.set(name, { name, mode: '040000', sha })
  }
  return entries.size === 0 ? null : writeObject(repo, 'tree', printTree([...entries.values()]))
}

function applyEdit(entries: Map<string, TreeEntry>, edit: TreeEdit, at: string): void {
  if (edit.sha !== null) entries.set(edit.path, { name: edit.path, mode: edit.mode, sha: edit.sha })
  else if (!entries.delete(edit.path)) throw new MissingPath(`${at}${edit.path}`)
}

/** An edit takes away a path that is not in the tree. */
export class MissingPath extends HttpError {
  readonly path: string
  constructor(path: string) {
    super(422, 'GitRPC::BadObjectState')
    this.path = path
  }
}

function checkPath(path: string): void {
  const bad = path.split('/').some(part => part === '' || /^(\.|\.\.|\.git)$/i.test(part))
  if (bad || path.includes('\0')) throw new HttpError(422, 'tree.path contains a malformed path component')
}

function parseTree(raw: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = []
  for (let at = 0; at < raw.length; ) {
    const space = raw.indexOf(32, at)
    const nul = raw.indexOf(0, space)
    const mode = raw.subarray(at, space).toString().padStart(6, '0') as Mode
    const name = raw.subarray(space + 1, nul).toString()
    entries.push({ name, mode, sha: raw.subarray(nul + 1, nul + 21).toString('hex') })
    at = nul + 21
  }
  return entries
}

/** Git sorts a folder as if its name ended in a slash, by bytes. */
function printTree(entries: TreeEntry[]): Buffer {
  const key = (entry: TreeEntry) => Buffer.from(entry.mode === '040000' ? `${entry.name}/` : entry.name)
  const sorted = [...entries].sort((a, b) => Buffer.compare(key(a), key(b)))
  return Buffer.concat(
    sorted.flatMap(entry => [
      Buffer.from(`${entry.mode.replace(/^0/, '')} ${entry.name}\0`),
      Buffer.from(entry.sha, 'hex'),
    ]),
  )
}
