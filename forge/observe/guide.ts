import type { Config } from '../../core/config/config.ts'
import type { Parsed } from '../../core/contract/problem.ts'
import { type GuideFact, lacksGuide } from '../../core/lessons/guide.ts'
import { GUIDE_BRANCH } from '../../core/names.ts'
import { isManifest, readManifest } from '../../core/paths/manifest.ts'
import type { Ruling } from '../../core/people/ruling.ts'
import type { TaskFacts } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { read } from '../read.ts'
import type { PullWire } from '../wire.ts'
import type { Place } from './repo.ts'
import { readBlob, readTree } from './tree.ts'

/** Manifests at the root that are read for it. */
const MOST = 6
const LARGEST = 200_000

type Setting = { place: Place; config: Parsed<Config>; ruling: Ruling; tasks: readonly TaskFacts[] }

/**
 * What is known for a file that tells agents how to work here; null where none is to be proposed. Its pull request, open or
 * closed, is the memory of having been proposed. Where the file is there, or the tree too large to be listed, nothing is asked.
 */
export async function readGuide(
  forge: Forge,
  { place, config, ruling, tasks }: Setting,
): Promise<GuideFact | null> {
  if (forge.memory.proposed.get(GUIDE_BRANCH) !== undefined || !config.ok) return null
  const tree = await readTree(forge, place.branch.commit.commit.tree.sha)
  if (tree === null) return null
  if (!lacksGuide({ paths: tree.keys(), config: config.value, ruling, tasks })) return null
  if (await wasProposed(forge)) {
    forge.memory.proposed.set(GUIDE_BRANCH, 'proposed')
    return null
  }
  const files = [...tree].filter(
    ([path, { bytes }]) => !path.includes('/') && isManifest(path) && (bytes ?? LARGEST) < LARGEST,
  )
  const manifests = files.slice(0, MOST).map(async ([path, { sha }]) => ({
    path,
    commands: readManifest(path, await readBlob(forge, sha)),
  }))
  return { manifests: await Promise.all(manifests) }
}

async function wasProposed(forge: Forge): Promise<boolean> {
  const query = { head: `${forge.owner}:${GUIDE_BRANCH}`, state: 'all' }
  const { body } = await read<PullWire[]>(forge, '/repos/{owner}/{repo}/pulls', query)
  return body.length > 0
}
