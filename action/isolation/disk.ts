import { statfsSync } from 'node:fs'
import { run } from '../process.ts'
import { PATH } from './users.ts'

const EVERY_MS = 250
/** Less than this may not be left on the disk, whoever used it up: we need some to end well. */
export const FLOOR = 256 * 1024 ** 2

export type DiskWatch = { room: string; limit: number; stop: () => void }

/**
 * Looks at the free space, which costs nothing, and counts the files only when a good part of the limit has gone. Calls
 * `stop` once it is too much; the answer ends the watch and says what was exceeded.
 */
export function watchDisk(watch: DiskWatch): () => string | null {
  const before = freeBytes(watch.room)
  let next = before - watch.limit / 4
  let exceeded: string | null = null
  let counting = false
  let over = false

  async function look(): Promise<void> {
    const free = freeBytes(watch.room)
    if (counting || exceeded !== null || (free > next && free > FLOOR)) return
    counting = true
    const used = await countBytes(watch.room)
    counting = false
    // What would be stopped now is the next program.
    if (over) return
    next = freeBytes(watch.room) - watch.limit / 4
    if (used <= watch.limit && free > FLOOR) return
    exceeded = used > watch.limit ? `${watch.limit} bytes of disk` : 'what is left of the disk'
    watch.stop()
  }

  const timer = setInterval(() => void look(), EVERY_MS)
  return () => {
    over = true
    clearInterval(timer)
    return exceeded
  }
}

export function freeBytes(dir: string): number {
  const { bavail, bsize } = statfsSync(dir)
  return bavail * bsize
}

async function countBytes(dir: string): Promise<number> {
  const options = { cwd: '/', env: PATH, maxOutput: 1000, sweep: false }
  const result = await run({ file: 'du', args: ['-sx', '--block-size=1', '--', dir] }, options)
  return Number.parseInt(result.stdout.toString('utf8'), 10) || 0
}
