import type { Change } from '../core/contract/handover.ts'
import type { Git } from './git.ts'

const NOTHING = '000000'

/** What differs between two commits or trees, as git's objects have it; no rename is guessed. */
export async function readChanges(git: Git, start: string, head: string): Promise<Change[]> {
  const raw = await git.text(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', start, head])
  const parts = raw.split('\0')
  const changes: Change[] = []
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [oldMode = '', newMode = '', oldBlob = '', newBlob = ''] = parts[at]!.slice(1).split(' ')
    changes.push({
      path: parts[at + 1]!,
      oldMode: oldMode === NOTHING ? null : oldMode,
      newMode: newMode === NOTHING ? null : newMode,
      oldBlob: oldMode === NOTHING ? null : oldBlob,
      newBlob: newMode === NOTHING ? null : newBlob,
      bytes: null,
    })
  }
  return measure(git, changes)
}

/** Every path of a tree. */
export async function listPaths(git: Git, tree: string): Promise<string[]> {
  const text = await git.text(['ls-tree', '-r', '-z', '--name-only', '--full-tree', tree])
  return text.split('\0').filter(path => path !== '')
}

async function measure(git: Git, changes: readonly Change[]): Promise<Change[]> {
  // A submodule's commit is no object of this repository.
  const measured = changes.filter(change => change.newBlob !== null && change.newMode !== '160000')
  if (measured.length === 0) return [...changes]
  const input = `${measured.map(change => change.newBlob).join('\n')}\n`
  const lines = (await git.text(['cat-file', '--batch-check=%(objectsize)'], { input })).split('\n')
  const sizes = new Map(measured.map((change, at) => [change.newBlob, Number(lines[at])]))
  return changes.map(change => ({ ...change, bytes: sizes.get(change.newBlob) ?? null }))
}

/** Lines that a change brings, of any file and without the byte that makes it binary to git: a key beside it is still a key. */
export async function readAddedLines(git: Git, change: Change): Promise<string[]> {
  if (change.newBlob === null) return []
  const contents = await git.run(['cat-file', 'blob', change.newBlob])
  const before =
    change.oldBlob === null
      ? ''
      : (await git.run(['cat-file', 'blob', change.oldBlob])).toString('utf8').replaceAll('\0', '')
  const known = new Set(before.split('\n'))
  return contents
    .toString('utf8')
    .replaceAll('\0', '')
    .split('\n')
    .filter(line => !known.has(line))
}
