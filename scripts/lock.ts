import { mkdir, rmdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** A lock left behind by a process that was killed is broken after this long. Milliseconds. */
const STALE = 60_000

/** Runs `work` while no other process holds the lock: a directory, which only one can make. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true })
  while (!(await take(path))) await new Promise(resolve => setTimeout(resolve, 25))
  try {
    return await work()
  } finally {
    await rmdir(path).catch(() => undefined)
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await mkdir(path)
    return true
  } catch {
    const held = await stat(path).catch(() => null)
    if (held !== null && Date.now() - held.mtimeMs > STALE) await rmdir(path).catch(() => undefined)
    return false
  }
}
