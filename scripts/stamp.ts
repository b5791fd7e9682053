import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A hash of everything that a build reads: when it is the one of the last build, there is nothing to do. */
export async function hashSources(
  root: string,
  folders: readonly string[],
  files: readonly string[],
): Promise<string> {
  const hash = createHash('sha256')
  const listed = await Promise.all(folders.map(folder => listSources(root, folder)))
  for (const path of [...listed.flat(), ...files].sort()) {
    const bytes = await readFile(join(root, path)).catch(() => Buffer.alloc(0))
    hash.update(`${path}\0${bytes.length}\0`).update(bytes)
  }
  return hash.digest('hex')
}

export async function isCurrent(stampFile: string, hash: string): Promise<boolean> {
  return (await readFile(stampFile, 'utf8').catch(() => '')) === hash
}

export function writeStamp(stampFile: string, hash: string): Promise<void> {
  return writeFile(stampFile, hash)
}

async function listSources(root: string, folder: string): Promise<string[]> {
  if (!existsSync(join(root, folder))) return []
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(root.length + 1))
}
