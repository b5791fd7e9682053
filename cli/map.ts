import { join, resolve } from 'node:path'
import { GitFailure, openGit } from '../action/git.ts'
import { readMap } from '../action/map/map.ts'
import { readCacheDir, readLocalEnv } from './env.ts'
import { type Outcome, UsageError } from './outcome.ts'
import { findRepository } from './repository.ts'

/** The map of the last commit, as planners are given it. */
export async function showMap(dir = '.'): Promise<Outcome> {
  const found = findRepository(resolve(dir))
  if (found === null) throw new UsageError(`${dir} is not a git repository`, 'map')
  const { gitDir, workTree } = found
  const host = { path: readLocalEnv().path, proxy: {} }
  const git = openGit({ gitDir, host, ...(workTree === null ? {} : { workTree }) })
  try {
    const { tree, text } = await readMap({ git, at: 'HEAD', cache: join(readCacheDir(), 'maps') })
    return { code: 0, text: text.trimEnd(), json: { tree, map: text } }
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error
    const why = /single revision/.test(error.message)
      ? 'it has no commit yet: commit something first'
      : error.message
    throw new UsageError(`${dir} cannot be mapped: ${why}`, 'map')
  }
}
