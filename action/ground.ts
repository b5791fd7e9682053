import { join } from 'node:path'
import { readChanges } from './changes.ts'
import type { Git } from './git.ts'
import { listPaths, measure, openReader, submodules } from './reader.ts'
import type { Worktree } from './worktree.ts'

/**
 * Takes the files of the base as they are now for what the agent starts from. What is no file of the attempt's own is not
 * read: as far as it is there later, the snapshot refuses it.
 */
export async function settle(worktree: Worktree): Promise<Worktree> {
  const git = await openReader(worktree, [])
  const except = await submodules(git, worktree.start)
  const changed = await listPaths(git, ['--modified', '--deleted'], except)
  if (changed.length === 0) return worktree
  const { foreign } = await measure(worktree, changed)
  if (foreign !== null) return worktree
  await git.run(['add', '--update', '--', '.', ...except])
  const tree = await git.text(['write-tree'])
  return { ...worktree, ground: { tree, index: join(git.dir, 'index'), objects: join(git.dir, 'objects') } }
}

/**
 * What differs between two trees, made to a third one: each file whole, as it is in `to`. So a file that setup changed and
 * the agent too comes with both changes; one that only setup changed stays as it is in `onto`.
 */
export async function carry(
  git: Git,
  { from, to, onto }: Record<'from' | 'to' | 'onto', string>,
): Promise<string> {
  const changes = await readChanges(git, from, to)
  const gone = changes.filter(change => change.newBlob === null)
  const there = changes.filter(change => change.newBlob !== null)
  const lines = [
    ...gone.map(({ path }) => `0 ${NO_BLOB}\t${path}\0`),
    ...there.map(({ path, newMode, newBlob }) => `${newMode} ${newBlob}\t${path}\0`),
  ]
  await git.run(['read-tree', onto])
  await git.run(['update-index', '-z', '--index-info'], { input: lines.join('') })
  return git.text(['write-tree'])
}

const NO_BLOB = '0'.repeat(40)
