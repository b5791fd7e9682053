import type { Git } from './git.ts'
import { carry } from './ground.ts'
import { type Litter, stillLitter } from './litter.ts'
import { listPaths, measure, openReader, submodules } from './reader.ts'
import type { Worktree } from './worktree.ts'

/** What the files of a worktree are at one moment, read by our git. */
export type Snapshot =
  | { is: 'unchanged' }
  /** `tree`: the base with what the agent changed. */
  | { is: 'changed'; git: Git; tree: string }
  | { is: 'too-large'; files: number; bytes: number }
  /** A pipe, or a second name for a file of somebody else: reading that would be reading with our rights. */
  | { is: 'not-its-own'; path: string }

export type SnapshotLimits = { files: number; bytes: number; litter: Litter }

export async function takeSnapshot(worktree: Worktree, limits: SnapshotLimits): Promise<Snapshot> {
  const git = await openReader(worktree, await stillLitter(worktree, limits.litter))
  const start = git.text(['rev-parse', `${worktree.start}^{tree}`])
  const [except, base] = await Promise.all([submodules(git, worktree.start), start])
  const changed = await listPaths(git, ['--others', '--modified', '--deleted'], except)
  if (changed.length === 0) return { is: 'unchanged' }
  const { bytes, foreign } = await measure(worktree, changed)
  if (changed.length > limits.files || bytes > limits.bytes) {
    return { is: 'too-large', files: changed.length, bytes }
  }
  if (foreign !== null) return { is: 'not-its-own', path: foreign }
  await git.run(['add', '--all', '--', '.', ...except])
  const made = await git.text(['write-tree'])
  const { ground } = worktree
  const tree = ground === null ? made : await carry(git, { from: ground.tree, to: made, onto: base })
  return tree === base ? { is: 'unchanged' } : { is: 'changed', git, tree }
}
