import type { Forge } from '../forge.ts'
import { once, read } from '../read.ts'
import type { BlobWire, FileWire, TreeWire } from '../wire.ts'
import { growTree } from './grown.ts'

export type TreeFile = { mode: string; sha: string; bytes: number | null }
/** Files of a tree by path, folders left out. Null when GitHub cut the list. */
export type Tree = ReadonlyMap<string, TreeFile> | null

/** @param sha of a tree, or of a commit where its tree is not known. Never asked twice. */
export async function readTree(forge: Forge, sha: string): Promise<Tree> {
  const load = async () => {
    const path = '/repos/{owner}/{repo}/git/trees/{tree_sha}'
    const { body } = await read<TreeWire>(forge, path, { tree_sha: sha, recursive: '1' })
    return { tree: body.truncated ? null : filesOf(body) }
  }
  return (await once(forge, sha, load, forge.memory.trees)).tree
}

/** One of which it is known what it has that another has not: asked for only where that does not tell all of it. */
export async function readGrown(
  forge: Forge,
  sha: string,
  from: { tree: NonNullable<Tree>; listed: readonly FileWire[] },
): Promise<Tree> {
  const { trees } = forge.memory
  const grown = trees.get(sha) === undefined ? growTree(from.tree, from.listed, sha) : null
  if (grown !== null) trees.set(sha, { tree: grown })
  return readTree(forge, sha)
}

function filesOf(wire: TreeWire): Map<string, TreeFile> {
  const files = new Map<string, TreeFile>()
  for (const entry of wire.tree) {
    if (entry.type === 'tree' || entry.path === undefined) continue
    files.set(entry.path, { mode: entry.mode ?? '', sha: entry.sha ?? '', bytes: entry.size ?? null })
  }
  return files
}

/** A file's text by its blob's SHA. Never asked twice. */
export async function readBlob(forge: Forge, sha: string): Promise<string> {
  return once(forge, `blob ${sha}`, async () => {
    const path = '/repos/{owner}/{repo}/git/blobs/{file_sha}'
    const { body } = await read<BlobWire>(forge, path, { file_sha: sha })
    return Buffer.from(body.content, 'base64').toString('utf8')
  })
}
