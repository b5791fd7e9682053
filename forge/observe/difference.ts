import type { FileChange } from '../../core/world.ts'
import type { FileWire } from '../wire.ts'
import type { Tree, TreeFile } from './tree.ts'

type Files = NonNullable<Tree>

/** Every path whose mode or content differs, with the lines and renames that GitHub's file list knows of. */
export function diffTrees(before: Files, after: Files, listed: readonly FileWire[]): FileChange[] {
  const byPath = new Map(listed.map(file => [file.filename, file]))
  const renames = new Map<string, string>()
  for (const file of listed) {
    const from = file.previous_filename
    // Believed only where the trees agree: the old path is gone and the new one is new.
    if (file.status !== 'renamed' || from === undefined) continue
    if (before.has(from) && !after.has(from) && !before.has(file.filename)) renames.set(file.filename, from)
  }
  const left = new Set(renames.values())
  const changes: FileChange[] = []
  for (const [path, file] of after) {
    const previous = renames.get(path) ?? null
    const old = before.get(previous ?? path)
    if (previous === null && old !== undefined && old.sha === file.sha && old.mode === file.mode) continue
    const status = previous !== null ? 'renamed' : old === undefined ? 'added' : 'modified'
    changes.push({ path, previous, status, ...sides(old, file), ...linesOf(byPath.get(path), old, file) })
  }
  for (const [path, old] of before) {
    if (after.has(path) || left.has(path)) continue
    changes.push({
      path,
      previous: null,
      status: 'removed',
      ...sides(old, undefined),
      ...linesOf(byPath.get(path), old, undefined),
    })
  }
  return changes
}

function sides(
  old: TreeFile | undefined,
  file: TreeFile | undefined,
): Pick<FileChange, 'mode' | 'previousMode' | 'bytes'> {
  return {
    mode: file?.mode ?? null,
    previousMode: old?.mode ?? null,
    bytes: file === undefined ? 0 : file.bytes,
  }
}

type Lines = Pick<FileChange, 'added' | 'removed' | 'addedLines' | 'shown'>

function linesOf(listed: FileWire | undefined, old: TreeFile | undefined, file: TreeFile | undefined): Lines {
  // Only the mode or the name changed.
  if (old !== undefined && file !== undefined && old.sha === file.sha) {
    return { added: 0, removed: 0, addedLines: [] }
  }
  if (listed?.patch === undefined) {
    const counted = listed !== undefined && listed.changes > 0
    // An empty file has no patch either, and nothing to show.
    if (file?.bytes === 0 && (old?.bytes ?? 0) === 0) return { added: 0, removed: 0, addedLines: [] }
    return {
      added: counted ? listed.additions : null,
      removed: counted ? listed.deletions : null,
      addedLines: file === undefined ? [] : null,
    }
  }
  const addedLines = listed.patch
    .split('\n')
    .filter(line => line.startsWith('+'))
    .map(line => line.slice(1))
  const shown = listed.patch.split('\n').flatMap(readHunk)
  return { added: listed.additions, removed: listed.deletions, addedLines, shown }
}

/** `@@ -3,7 +3,9 @@`: the lines 3 to 11 of the new file are shown. No other line of a patch begins so. */
function readHunk(line: string): (readonly [number, number])[] {
  const [, from, count = '1'] = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/.exec(line) ?? []
  const first = Number(from)
  return from === undefined || count === '0' ? [] : [[first, first + Number(count) - 1]]
}
