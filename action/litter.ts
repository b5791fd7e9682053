import { createHash } from 'node:crypto'
import { constants, lstat, open, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { isRepository, listPaths, openReader } from './reader.ts'
import type { Worktree } from './worktree.ts'

/**
 * What setup and checks left beside the base's files, by path, and what each was like then. As long as a file is that it is
 * no work of the agent; once the agent has written to it, it is.
 */
export type Litter = ReadonlyMap<string, Print>

/** `at` changes with every write and cannot be set back, `is` only with what is in it. */
type Print = { at: string; is: string }

export const NO_LITTER: Litter = new Map()

/** Files that are neither in the base nor ignored. One that nobody touched since `known` is not read again. */
export async function noteUntracked(worktree: Worktree, known: Litter = NO_LITTER): Promise<Litter> {
  const git = await openReader(worktree, [])
  return printAll(worktree, await listPaths(git, ['--others'], []), known)
}

/** After checks: what they made is litter, and so is what they made of litter; what the agent wrote stays its own. */
export function growLitter(litter: Litter, before: Litter, after: Litter): Litter {
  const isMade = (path: string) => {
    const [was, then] = [litter.get(path), before.get(path)]
    return then === undefined || (was !== undefined && isSame(was, then))
  }
  return new Map([...after].filter(([path]) => isMade(path)))
}

/** Paths of litter that is as it was left. */
export async function stillLitter(worktree: Worktree, litter: Litter): Promise<string[]> {
  const now = await printAll(worktree, [...litter.keys()], litter)
  return [...now].filter(([path, print]) => isSame(litter.get(path)!, print)).map(([path]) => path)
}

function isSame(a: Print, b: Print): boolean {
  return a.at === b.at || a.is === b.is
}

const AT_ONCE = 64
/** A larger file is known by its times alone. Bytes. */
const LARGEST = 64n * 1024n * 1024n

async function printAll({ dir }: Worktree, paths: readonly string[], known: Litter): Promise<Litter> {
  const prints = new Map<string, Print>()
  for (let i = 0; i < paths.length; i += AT_ONCE) {
    const some = paths.slice(i, i + AT_ONCE)
    const printed = await Promise.all(some.map(path => printFile(join(dir, path), known.get(path))))
    printed.forEach((print, j) => {
      if (print !== null) prints.set(some[j]!, print)
    })
  }
  return prints
}

/** The same whatever becomes of it, as long as it is one: nothing in it could be handed over. */
async function printRepository(path: string): Promise<Print> {
  await lstat(join(path, '.git'))
  return { at: 'repository', is: 'repository' }
}

/** Null where there is nothing, or nothing that may be read. */
async function printFile(path: string, known: Print | undefined): Promise<Print | null> {
  try {
    const { dev, ino, mode, size, mtimeNs, ctimeNs } = await lstat(path, { bigint: true })
    if (isRepository(path)) return await printRepository(path)
    const at = [dev, ino, mode, size, mtimeNs, ctimeNs].join(' ')
    if (known?.at === at) return known
    return { at, is: size > LARGEST ? at : `${mode} ${await digest(path)}` }
  } catch {
    return null
  }
}

/** No link is followed, and no pipe waited for. */
async function digest(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    if (!(await file.stat()).isFile()) throw new Error('no file')
    for await (const chunk of file.createReadStream({ autoClose: false })) hash.update(chunk)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOOP') throw error
    hash.update(await readlink(path))
  }
  return hash.digest('hex')
}
