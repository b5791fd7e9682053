import { chmod, opendir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Removes what others made. Without root a folder that may not be written to keeps its files, so it is opened first. */
export async function removeAll(path: string): Promise<void> {
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 3 })
  await remove().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EACCES') throw error
    await openFolders(path)
    await remove()
  })
}

/** Folders only: a link is none, so nothing outside is touched. */
async function openFolders(dir: string): Promise<void> {
  await chmod(dir, 0o700)
  for await (const entry of await opendir(dir)) {
    if (entry.isDirectory()) await openFolders(join(dir, entry.name))
  }
}
