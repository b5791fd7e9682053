import { lstat, mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Git, openGit } from './git.ts'
import { BARE, layGitDir } from './gitdir.ts'
import { copyIndex } from './indexfile.ts'
import { PATH } from './isolation/users.ts'
import { run } from './process.ts'
import type { Worktree } from './worktree.ts'

/**
 * Our git on an agent's files. The git directory is a new one each time: nothing in it can have been prepared by what ran
 * before.
 * @param except untracked paths that need not be read; a .gitignore may show them all the same
 */
export async function openReader(worktree: Worktree, except: Iterable<string>): Promise<Git> {
  const { store, notes, ground } = worktree
  await dropPipes(worktree.dir)
  const gitDir = await mkdtemp(join(notes, 'read-'))
  const borrow = [store.objects, ...(ground === null ? [] : [ground.objects])]
  await layGitDir(gitDir, { borrow, shallow: store.shallow(), head: null, config: BARE })
  // The strongest attributes there are: whatever .gitattributes asks for, no filter program runs.
  await writeFile(join(gitDir, 'info/attributes'), '* -filter\n')
  await writeFile(join(gitDir, 'info/exclude'), writePatterns(except))
  const indexFile = join(gitDir, 'index')
  await copyIndex(ground?.index ?? join(notes, 'index'), indexFile)
  return openGit({ gitDir, workTree: worktree.dir, indexFile, host: store.host })
}

/** Git would wait for ever for somebody to write into a pipe that has the name of a file with rules. Where this cannot look git cannot either. */
async function dropPipes(dir: string): Promise<void> {
  const args = [dir, '-name', '.git*', '-type', 'p', '-delete']
  await run({ file: 'find', args }, { cwd: '/', env: PATH, maxOutput: 1000, sweep: false })
}

/** A name with a line break has no pattern: what stands behind it would be one of its own. Git objects to ignored repositories. */
function writePatterns(paths: Iterable<string>): string {
  const fit = [...paths].filter(path => !/[\r\n]/.test(path) && !isRepository(path))
  return fit.map(path => `/${path.replace(/[\\*?[\]!# ]/g, '\\$&')}\n`).join('')
}

/** A folder with a repository of its own, as git lists it. */
export function isRepository(path: string): boolean {
  return path.endsWith('/')
}

/** A pathspec that git takes for everything but this path. */
export function without(path: string): string {
  return `:(exclude,top,literal)${path}`
}

/** Folders of the base's submodules: git would look into them, and there only the agent's git directory is to be found. */
export async function submodules(git: Git, start: string): Promise<string[]> {
  const entries = (await git.text(['ls-tree', '-r', '-z', start])).split('\0')
  return entries
    .filter(entry => entry.startsWith('160000 '))
    .map(entry => without(entry.slice(entry.indexOf('\t') + 1)))
}

type Kind = '--others' | '--modified' | '--deleted'

/** Paths that differ from the index in one of these ways, without those that are ignored. */
export async function listPaths(
  git: Git,
  kinds: readonly Kind[],
  except: readonly string[],
): Promise<string[]> {
  const text = await git.text(['ls-files', '-z', ...kinds, '--exclude-standard', '--', '.', ...except])
  return [...new Set(text.split('\0').filter(path => path !== ''))]
}

/** Bytes in all, and the first that is no file of the attempt's own (see `Snapshot`). */
export async function measure({ dir, uid }: Worktree, paths: readonly string[]) {
  let bytes = 0
  let foreign: string | null = null
  for (const path of paths) {
    const stat = await lstat(join(dir, path)).catch(() => null)
    // It could not be handed over, and nobody here could tell how large it is.
    if (stat === null && path.includes('\uFFFD')) foreign ??= path
    if (stat === null || stat.isSymbolicLink() || stat.isDirectory()) continue
    bytes += stat.size
    if (!stat.isFile() || (uid !== null && stat.uid !== uid)) foreign ??= path
  }
  return { bytes, foreign }
}
