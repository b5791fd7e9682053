import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A number that no account has, for one attempt. Locked by a file, so that attempts at the same time have different ones. */
export type UserLock = {
  uid: number
  /** The folder of its attempt: where we die on the way, whoever comes next removes it. */
  place: string | null
  hold(place: string): void
  free(): void
}

const FIRST = 61_000
const COUNT = 4_000
export const LOCKS = '/run/chorus/users'

/** Is it one of the users that attempts have, this one's or an earlier one's? */
export function isAttempts(uid: number): boolean {
  return uid >= FIRST && uid < FIRST + COUNT
}

/** Throws when no number is free or the locks cannot be written: only root can. */
export async function lockUser(dir: string = LOCKS): Promise<UserLock> {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const taken = new Set([...(await readIds('/etc/passwd')), ...(await readIds('/etc/group'))])
  const owner = `${process.pid} ${startOf(process.pid)}`
  const offset = Math.floor(Math.random() * COUNT)
  for (let step = 0; step < COUNT; step++) {
    const uid = FIRST + ((offset + step) % COUNT)
    const file = join(dir, String(uid))
    if (taken.has(uid) || !tryWrite(file, owner)) continue
    const hold = (place: string) => writeFileSync(file, `${owner} ${place}`)
    return { uid, place: null, hold, free: () => rmSync(file, { force: true }) }
  }
  throw new Error(`all users from ${FIRST} to ${FIRST + COUNT - 1} are in use`)
}

/** Users whose owner died without freeing them. The caller ends what is left of them, then calls `free`. */
export async function listOrphans(dir: string = LOCKS): Promise<UserLock[]> {
  const names = await readdir(dir).catch(() => [])
  return names
    .filter(name => /^[0-9]+$/.test(name))
    .flatMap(name => {
      const file = join(dir, name)
      const owner = readOr(file)
      if (owner === '' || isAlive(owner)) return []
      const place = owner.split(' ').slice(2).join(' ') || null
      return [{ uid: Number(name), place, hold: () => {}, free: () => release(file, owner) }]
    })
}

/** Moved aside first and looked at again: in between somebody else may have freed it, and another one locked it. */
function release(file: string, owner: string): void {
  const aside = `${file}.${process.pid}.${Math.random()}`
  try {
    renameSync(file, aside)
    if (readOr(aside) !== owner) linkSync(aside, file)
  } catch {
    // Another one was faster.
  }
  rmSync(aside, { force: true })
}

function tryWrite(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

async function readIds(file: string): Promise<number[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split('\n').map(line => Number(line.split(':')[2] ?? Number.NaN))
}

function isAlive(owner: string): boolean {
  const [pid = '', start = ''] = owner.split(' ')
  return startOf(Number(pid)) === start
}

/** When a process began, in ticks since the machine did: with its id it names one process for ever. */
function startOf(pid: number): string {
  const stat = readOr(`/proc/${pid}/stat`)
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'none'
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
