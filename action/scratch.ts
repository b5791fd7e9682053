import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A directory that is gone when its owner is. */
export async function openScratch(parent: string): Promise<AsyncDisposable & { dir: string }> {
  const dir = await mkdtemp(join(parent, 'chorus-'))
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true, maxRetries: 3 }) }
}
