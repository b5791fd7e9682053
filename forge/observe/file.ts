import type { Forge } from '../forge.ts'
import { readPlace } from './repo.ts'
import { readBlob, readTree } from './tree.ts'

/** A file's text at the head of the default branch; null where there is none. Throws octokit's errors. */
export async function readFileAtHead(forge: Forge, path: string): Promise<string | null> {
  const { branch } = await readPlace(forge)
  const tree = await readTree(forge, branch.commit.commit.tree.sha)
  const file = tree?.get(path)
  return file === undefined ? null : readBlob(forge, file.sha)
}
