import { MAP_BYTES, type NamedMap, printMapTitle } from '../../core/planning/map.ts'
import { byteLength } from '../../core/text/clean.ts'
import * as words from '../../core/words/map.ts'
import { readBlobText } from '../../forge/blob.ts'
import type { Client } from '../../forge/octokit.ts'
import type { Git, Remote } from '../git.ts'
import { fetchCommit, type Store } from '../store.ts'
import { DRAWING, headOf, type RepoMap, readMap } from './map.ts'
import { isSameStructure } from './structure.ts'

/** Where the map that a ticket names is to be had. */
export type Archive = { store: Store; remote: Remote; client: Client; owner: string; repo: string }

/** `said`: for the log, where it comes from. */
export type Renewed = { map: RepoMap; drawn: boolean; said: string }

/**
 * The map of a commit: the one that the ticket names, as long as the structure is the same; else drawn anew. Whatever is wrong
 * with the one that was kept is no reason to fail. Throws GitFailure where it has to be drawn and cannot be.
 * @param named under the app's seal, so that nobody but the app says which blob it is; the blob itself is held to that.
 */
export async function renewMap(archive: Archive, start: string, named: NamedMap | null): Promise<Renewed> {
  const { git } = archive.store
  const kept = await takeKept(archive, named)
  if (typeof kept !== 'string' && (await isSameStructure(git, kept.at, start).catch(() => false))) {
    return { map: kept.map, drawn: false, said: words.mapHolds(kept.at) }
  }
  const why = typeof kept === 'string' ? kept : words.STRUCTURE_CHANGED
  return { map: await readMap({ git, at: start, cache: null }), drawn: true, said: words.mapDrawn(why) }
}

/** Why there is none, where there is none. */
async function takeKept(
  archive: Archive,
  named: NamedMap | null,
): Promise<{ map: RepoMap; at: string } | string> {
  if (named === null) return words.NO_MAP
  if (named.drawing !== DRAWING) return words.OTHER_DRAWING
  const { store, remote, client, owner, repo } = archive
  try {
    const [text] = await Promise.all([
      readBlobText(client, { owner, repo, sha: named.blob, most: MAP_BYTES }),
      fetchCommit(store, remote, { sha: named.at, depth: 1 }),
    ])
    const tree = await store.git.text(['rev-parse', '--verify', `${named.at}^{tree}`])
    if (text === null || !(await isWhole(store.git, text, { blob: named.blob, tree })))
      return words.NOT_THE_MAP
    return { map: { tree, text, head: headOf(text) }, at: named.at }
  } catch (error) {
    return words.mapLost(error instanceof Error ? error.message : String(error))
  }
}

/** The very blob, and the map of that very tree. */
async function isWhole(git: Git, text: string, { blob, tree }: { blob: string; tree: string }) {
  const hash = await git.text(['hash-object', '--stdin'], { input: text })
  return hash === blob && byteLength(text) <= MAP_BYTES && text.startsWith(printMapTitle(tree))
}
