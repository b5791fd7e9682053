import type { FileChange, Sha } from '../world.ts'

/** An entry of a recursive git tree, as GitHub lists it. */
export type TreeEntry = {
  path: string
  mode: string
  sha: Sha
  type: 'blob' | 'tree' | 'commit'
  size: number | null
}

/**
 * What changed between two complete trees, by path. Exact renames are found by content; lines are null until the
 * patches are known, except where nothing can have been added.
 */
export function diffTrees(base: readonly TreeEntry[], head: readonly TreeEntry[]): FileChange[] {
  const before = byPath(base)
  const after = byPath(head)
  const added = [...after.values()].filter(entry => !before.has(entry.path))
  const removed = [...before.values()].filter(entry => !after.has(entry.path))
  const origins = pairRenames(removed, added)
  const taken = new Set([...origins.values()].map(entry => entry.path))
  const changes = [
    ...added.map(entry => {
      const origin = origins.get(entry.path)
      return origin === undefined ? addition(entry) : renaming(origin, entry)
    }),
    ...removed.filter(entry => !taken.has(entry.path)).map(removal),
    ...[...after.values()].flatMap(entry => modification(before.get(entry.path), entry)),
  ]
  return changes.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

function byPath(entries: readonly TreeEntry[]): Map<string, TreeEntry> {
  return new Map(entries.filter(entry => entry.type !== 'tree').map(entry => [entry.path, entry]))
}

/** New path → entry that it left; of several with the same content, the one with the same name first. */
function pairRenames(removed: readonly TreeEntry[], added: readonly TreeEntry[]): Map<string, TreeEntry> {
  const bySha = new Map<Sha, TreeEntry[]>()
  for (const entry of removed.filter(isBlob)) bySha.set(entry.sha, [...(bySha.get(entry.sha) ?? []), entry])
  const origins = new Map<string, TreeEntry>()
  for (const sameName of [true, false]) {
    for (const entry of added.filter(isBlob)) {
      if (origins.has(entry.path)) continue
      const candidates = bySha.get(entry.sha) ?? []
      const index = candidates.findIndex(other => !sameName || fileName(other.path) === fileName(entry.path))
      if (index >= 0) origins.set(entry.path, candidates.splice(index, 1)[0]!)
    }
  }
  return origins
}

function isBlob(entry: TreeEntry): boolean {
  return entry.type === 'blob'
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function addition(entry: TreeEntry): FileChange {
  return {
    path: entry.path,
    previous: null,
    status: 'added',
    mode: entry.mode,
    previousMode: null,
    added: null,
    removed: null,
    addedLines: null,
    bytes: entry.size,
  }
}

function renaming(origin: TreeEntry, entry: TreeEntry): FileChange {
  return {
    path: entry.path,
    previous: origin.path,
    status: 'renamed',
    mode: entry.mode,
    previousMode: origin.mode,
    added: 0,
    removed: 0,
    addedLines: [],
    bytes: entry.size,
  }
}

function removal(entry: TreeEntry): FileChange {
  return {
    path: entry.path,
    previous: null,
    status: 'removed',
    mode: null,
    previousMode: entry.mode,
    added: 0,
    removed: null,
    addedLines: [],
    bytes: null,
  }
}

function modification(before: TreeEntry | undefined, entry: TreeEntry): FileChange[] {
  if (before === undefined || (before.sha === entry.sha && before.mode === entry.mode)) return []
  const sameContent = before.sha === entry.sha
  return [
    {
      path: entry.path,
      previous: null,
      status: 'modified',
      mode: entry.mode,
      previousMode: before.mode,
      added: sameContent ? 0 : null,
      removed: sameContent ? 0 : null,
      addedLines: sameContent ? [] : null,
      bytes: entry.size,
    },
  ]
}
