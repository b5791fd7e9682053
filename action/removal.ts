import { chmod, opendir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PATH } from './isolation/users.ts'
import { run } from './process.ts'

/** Removes what others made. Without root a folder that may not be written to keeps its files, so it is opened first. */
export async function removeAll(path: string): Promise<void> {
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 3 })
  await remove().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENAMETOOLONG') return await removeDeep(path)
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

/** What lies deeper than a path may be long: this program goes down step by step. */
async function removeDeep(path: string): Promise<void> {
  const options = { cwd: '/', env: PATH, maxOutput: 1000, sweep: false }
  const { end, stderr } = await run({ file: 'rm', args: ['-rf', '--', path] }, options)
  if (end.is === 'exited' && end.code === 0) return
  throw new Error(`${path} could not be removed: ${stderr.toString('utf8').trim() || end.is}`)
}
