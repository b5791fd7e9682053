import { accessSync, constants, mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'

/** Where Linux keeps files in memory. */
const MEMORY = '/dev/shm'
const ENOUGH = 2 * 1024 ** 3
const NAME = /^chorus-tests-(\d+)$/

/**
 * Before the first test: temporary files go to memory where there is room. Stories make and remove thousands of small ones,
 * and a disk's file system takes longer for each the more were removed just before.
 */
export function setup(): (() => void) | undefined {
  if (!hasRoom()) return undefined
  removeAbandoned()
  const dir = join(MEMORY, `chorus-tests-${process.pid}`)
  mkdirSync(dir)
  process.env.TMPDIR = dir
  return () => rmSync(dir, { recursive: true, force: true })
}

function hasRoom(): boolean {
  try {
    accessSync(MEMORY, constants.W_OK)
    const { bavail, bsize } = statfsSync(MEMORY)
    return bavail * bsize >= ENOUGH
  } catch {
    return false
  }
}

/** A run that was killed could not tidy up. */
function removeAbandoned(): void {
  for (const name of readdirSync(MEMORY)) {
    const pid = Number(NAME.exec(name)?.[1])
    if (pid > 0 && !isAlive(pid)) rmSync(join(MEMORY, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
