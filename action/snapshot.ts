import { existsSync } from 'node:fs'
import { cleanOutput } from '../core/text/clean.ts'
import { type Git, GitFailure } from './git.ts'
import { carry } from './ground.ts'
import { type Litter, stillLitter } from './litter.ts'
import { isRepository, listPaths, measure, openReader, submodules, without } from './reader.ts'
import type { Worktree } from './worktree.ts'

/** What the files of a worktree are at one moment, read by our git. */
export type Snapshot =
  | { is: 'unchanged' }
  /** `tree`: the base with what the agent changed. */
  | { is: 'changed'; git: Git; tree: string }
  | { is: 'too-large'; files: number; bytes: number }
  /**
   * A pipe, or a second name for a file of somebody else: reading that would be reading with our rights. Or what nobody could
   * hand over: a name that is no UTF-8.
   */
  | { is: 'not-its-own'; path: string }
  /** Git does not take them, in its own words: a name like that of a git directory, more names than anybody could list. */
  | { is: 'unfit'; why: string }

export type SnapshotLimits = { files: number; bytes: number; litter: Litter }

export async function takeSnapshot(worktree: Worktree, limits: SnapshotLimits): Promise<Snapshot> {
  try {
    return await readTree(worktree, limits)
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error
    const why = existsSync(worktree.dir) ? error.message : 'the folder that the agent worked in is gone'
    return { is: 'unfit', why: cleanOutput(why).slice(0, 300) }
  }
}

async function readTree(worktree: Worktree, limits: SnapshotLimits): Promise<Snapshot> {
  const litter = new Set(await stillLitter(worktree, limits.litter))
  const git = await openReader(worktree, litter)
  const start = git.text(['rev-parse', `${worktree.start}^{tree}`])
  const [modules, base] = await Promise.all([submodules(git, worktree.start), start])
  const except = [...modules, ...[...litter].filter(isRepository).map(without)]
  const found = await listPaths(git, ['--others', '--modified', '--deleted'], except)
  const changed = found.filter(path => !litter.has(path))
  if (changed.length === 0) return { is: 'unchanged' }
  const { bytes, foreign } = await measure(worktree, changed)
  if (changed.length > limits.files || bytes > limits.bytes) {
    return { is: 'too-large', files: changed.length, bytes }
  }
  if (foreign !== null) return { is: 'not-its-own', path: foreign }
  await git.run(['add', '--all', '--', '.', ...except])
  if (litter.size > 0) await leaveOut(git, litter)
  const made = await git.text(['write-tree'])
  const { ground } = worktree
  const tree = ground === null ? made : await carry(git, { from: ground.tree, to: made, onto: base })
  return tree === base ? { is: 'unchanged' } : { is: 'changed', git, tree }
}

/** What a .gitignore shows although we do not: its patterns count for more than ours. */
async function leaveOut(git: Git, litter: ReadonlySet<string>): Promise<void> {
  const input = [...litter].map(path => `${path}\0`).join('')
  await git.run(['update-index', '-z', '--force-remove', '--stdin'], { input })
}
