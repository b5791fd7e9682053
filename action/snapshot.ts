import { lstat, mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Git, openGit } from './git.ts'
import { BARE, layGitDir } from './gitdir.ts'
import { copyIndex } from './indexfile.ts'
import type { Worktree } from './worktree.ts'

/** What the files of a worktree are at one moment, read by our git. */
export type Snapshot =
  | { is: 'unchanged' }
  | { is: 'changed'; git: Git; tree: string }
  | { is: 'too-large'; files: number; bytes: number }
  /** A pipe, or a second name for a file of somebody else: reading that would be reading with our rights. */
  | { is: 'not-its-own'; path: string }

export type SnapshotLimits = {
  files: number
  bytes: number
  /** Paths that setup or checks made: no work of the agent. */
  litter: ReadonlySet<string>
}

/**
 * Makes a tree of the worktree's files. The git directory is a new one each time: nothing in it can have been prepared
 * by what ran before.
 */
export async function takeSnapshot(worktree: Worktree, limits: SnapshotLimits): Promise<Snapshot> {
  const git = await openReader(worktree, limits.litter)
  const start = git.text(['rev-parse', `${worktree.start}^{tree}`])
  const [except, before] = await Promise.all([submodules(git, worktree.start), start])
  const changed = await changedPaths(git, except)
  if (changed.length === 0) return { is: 'unchanged' }
  const { bytes, foreign } = await measure(worktree, changed)
  if (changed.length > limits.files || bytes > limits.bytes) {
    return { is: 'too-large', files: changed.length, bytes }
  }
  if (foreign !== null) return { is: 'not-its-own', path: foreign }
  await git.run(['add', '--all', '--', '.', ...except])
  const tree = await git.text(['write-tree'])
  return tree === before ? { is: 'unchanged' } : { is: 'changed', git, tree }
}

/** Files that are neither in the base nor ignored. */
export async function listUntracked(worktree: Worktree): Promise<Set<string>> {
  const git = await openReader(worktree, new Set())
  return new Set(await listFiles(git, ['--others'], []))
}

async function openReader(worktree: Worktree, litter: ReadonlySet<string>): Promise<Git> {
  const { store, notes } = worktree
  const gitDir = await mkdtemp(join(notes, 'read-'))
  await layGitDir(gitDir, { borrow: [store.objects], shallow: store.shallow(), head: null, config: BARE })
  // The strongest attributes there are: whatever .gitattributes asks for, no filter program runs.
  await writeFile(join(gitDir, 'info/attributes'), '* -filter\n')
  await writeFile(join(gitDir, 'info/exclude'), [...litter].map(path => `/${escapePattern(path)}\n`).join(''))
  const indexFile = join(gitDir, 'index')
  await copyIndex(join(notes, 'index'), indexFile)
  return openGit({ gitDir, workTree: worktree.dir, indexFile, host: store.host })
}

/** Folders of the base's submodules: git would look into them, and there only the agent's git directory is to be found. */
async function submodules(git: Git, start: string): Promise<string[]> {
  const entries = (await git.text(['ls-tree', '-r', '-z', start])).split('\0')
  return entries
    .filter(entry => entry.startsWith('160000 '))
    .map(entry => `:(exclude,top,literal)${entry.slice(entry.indexOf('\t') + 1)}`)
}

async function changedPaths(git: Git, except: readonly string[]): Promise<string[]> {
  const paths = await listFiles(git, ['--others', '--modified', '--deleted'], except)
  return [...new Set(paths)]
}

async function listFiles(git: Git, kinds: readonly string[], except: readonly string[]): Promise<string[]> {
  const text = await git.text(['ls-files', '-z', ...kinds, '--exclude-standard', '--', '.', ...except])
  return text.split('\0').filter(path => path !== '')
}

async function measure({ dir, uid }: Worktree, paths: readonly string[]) {
  let bytes = 0
  let foreign: string | null = null
  for (const path of paths) {
    const stat = await lstat(join(dir, path)).catch(() => null)
    if (stat === null || stat.isSymbolicLink() || stat.isDirectory()) continue
    bytes += stat.size
    if (!stat.isFile() || (uid !== null && stat.uid !== uid)) foreign ??= path
  }
  return { bytes, foreign }
}

function escapePattern(path: string): string {
  return path.replace(/[\\*?[\]!# ]/g, '\\$&')
}
