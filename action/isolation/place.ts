import { existsSync, statSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { run } from '../process.ts'
import { PATH } from './users.ts'

/** Folders for temporary files that everybody may write to, as far as the machine has them. */
export const PUBLIC = ['/tmp', '/var/tmp', '/dev/shm', '/run/lock']

/** Inside, this is memory of the attempt's own: what lies here outside cannot be seen there. */
const COVERED = '/dev/shm'

/** May any user of the machine reach what is in this folder? */
export function isOpen(dir: string): boolean {
  if (!existsSync(dir)) return false
  const enterable = (statSync(dir).mode & 0o001) !== 0
  return enterable && (dir === '/' || isOpen(dirname(dir)))
}

/** A folder of ours in the first of `parents` that serves; with a user, its group may pass through, nobody else. */
export async function layPlace(parents: readonly string[], uid: number | null): Promise<string> {
  const seen = [...parents, '/var/tmp', '/tmp'].filter(dir => !`${dir}/`.startsWith(`${COVERED}/`))
  const parent = uid === null ? seen[0] : seen.find(isOpen)
  if (parent === undefined) throw new Error('there is no folder for files that another user can reach')
  const dir = await mkdtemp(join(parent, 'chorus-'))
  await mkdir(join(dir, 'lent'), { mode: 0o755 })
  const room = join(dir, 'room')
  await mkdir(room, { mode: 0o755 })
  await chmod(room, 0o755)
  await mkdir(join(room, 'tmp'))
  await chmod(join(room, 'tmp'), 0o1777)
  if (uid !== null) {
    await chown(join(room, 'tmp'), uid, uid)
    await chown(dir, process.getuid?.() ?? 0, uid)
    await chmod(dir, 0o710)
  }
  return dir
}

/** Everything below becomes the user's; links themselves, never what they lead to. */
export async function giveAway(path: string, uid: number): Promise<void> {
  const args = ['-hR', '--', `${uid}:${uid}`, path]
  const result = await run({ file: 'chown', args }, { cwd: '/', env: PATH, maxOutput: 1000, sweep: false })
  if (result.end.is !== 'exited' || result.end.code !== 0) {
    throw new Error(`the files could not be given to user ${uid}: ${result.stderr.toString('utf8').trim()}`)
  }
}

/** Removes what the user left in public folders. */
export async function sweepPublic(uid: number): Promise<void> {
  const args = [...PUBLIC.filter(dir => existsSync(dir)), '-xdev', '-user', String(uid), '-delete']
  await run({ file: 'find', args }, { cwd: '/', env: PATH, maxOutput: 1000, sweep: false })
}
