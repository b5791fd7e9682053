import { join } from 'node:path'
import { NO_NETWORK, type Protection } from '../../core/words/protection.ts'
import { type Hold, type ProcessResult, run } from '../process.ts'
import { removeAll } from '../removal.ts'
import { watchDisk } from './disk.ts'
import { type Door, openDoor } from './door.ts'
import { type Holder, startHolder } from './holder.ts'
import { enter, type Inside, isMissing, LIMITS, type Limits, launchInside } from './launch.ts'
import { lendFrom } from './lend.ts'
import { dropMemoryGroup, type MemoryGroup, openMemoryGroup, watchMemory } from './memory.ts'
import { giveAway, isOpen, layPlace, sweepPublic } from './place.ts'
import { listOrphans, lockUser, type UserLock } from './uid.ts'
import { endUser, PATH, signalUser } from './users.ts'

export type IsolationWish = {
  /** Folder for the files of the attempt, when it serves; where other users cannot enter it, another one is taken. */
  parent: string
  /** Folders of ours and of the runner that are empty inside. */
  hide: readonly string[]
  /** Null: the network stays as it is. A list: these ports are all that there is of it, with those opened later. */
  doors: readonly Door[] | null
  limits?: Partial<Limits>
}

/** Where everything runs that is not ours: setup, agent and checks. */
export type Isolation = AsyncDisposable & {
  /** A folder of ours that those inside can pass through; what they borrow lies here. Gone at the end. */
  dir: string
  /** In it: the files of the attempt. */
  room: string
  /** In it: what is /tmp inside. */
  tmp: string
  uid: number | null
  protection: Protection
  /** `open`: with the machine's network, for setup. Null: there is nothing to hold it with. */
  hold(network: 'open' | 'doors'): Hold | null
  /** One more port that answers inside; where the network is not closed there is nothing to do. */
  openDoor(door: Door): Promise<void>
  /** Makes files of ours the attempt's own. */
  give(path: string): Promise<void>
  /** A path at which those inside can read this file or folder of ours. */
  lend(path: string): Promise<string>
}

/**
 * The strongest that this machine allows, found by doing it: what was wished and is not there stands in `protection`. At
 * the end no process and no file of it is left. Throws when something of it cannot be ended.
 */
export async function openIsolation(wish: IsolationWish): Promise<Isolation> {
  const missing: string[] = []
  await using undo = new AsyncDisposableStack()
  let holder: Holder | null = null
  const user = await takeUser(missing)
  if (user !== null) undo.defer(() => leaveUser(user, holder === null || holder.writable.length > 0))
  const uid = user?.uid ?? null
  const dir = await layPlace([wish.parent], uid)
  undo.defer(() => removeAll(dir))
  user?.hold(dir)
  if (uid !== null) undo.defer(() => endUser(uid))
  holder = await takeHolder({ wish, dir, asRoot: uid !== null }, missing)
  if (holder !== null) undo.use(holder)
  const network = await openDoors(wish.doors ?? [], { holder, undo, missing })
  const limits = { ...LIMITS, ...wish.limits }
  const group = takeGroup(uid, limits.memory, missing)
  const room = join(dir, 'room')
  const inside = (space: Inside['holder']): Inside => ({ uid, holder: space, group, limits })
  const away = [...wish.hide, '/tmp', '/var/tmp', ...(holder?.hasNetwork ? ['/run'] : [])]
  const hidden = (path: string) => holder !== null && away.some(one => isBelow(path, one))
  const lent = new Map<string, Promise<string>>()
  const kept = undo.move()
  return {
    dir,
    room,
    tmp: join(room, 'tmp'),
    uid,
    protection: { user: uid !== null, processes: holder !== null, network, missing },
    hold(way) {
      if (holder === null) return uid === null ? null : holdUser(uid, inside(null), room)
      const space = way === 'doors' && network ? holder.closed : holder.open
      return uid === null ? holdSpace(inside(space), room) : holdUser(uid, inside(space), room)
    },
    async openDoor(door) {
      if (network && holder !== null) kept.use(await openDoor(door, holder))
    },
    give: path => (uid === null ? Promise.resolve() : giveAway(path, uid)),
    lend(path) {
      if (uid === null || isBelow(path, dir) || (!hidden(path) && isOpen(path))) return Promise.resolve(path)
      const known = lent.get(path) ?? lendFrom(path, join(dir, 'lent'))
      lent.set(path, known)
      return known
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

/** A user of its own needs root. What others left who died on the way is cleared first. */
async function takeUser(missing: string[]): Promise<UserLock | null> {
  if (process.getuid?.() !== 0) {
    missing.push('own user (this is not root, and there is no sudo without a password)')
    return null
  }
  for (const orphan of await listOrphans()) {
    // One that cannot be cleared keeps its lock: nobody gets that user.
    await leaveUser(orphan, true).catch(() => {})
  }
  try {
    const user = await lockUser()
    const tried = await run(
      launchInside(
        { uid: user.uid, holder: null, group: null, limits: LIMITS },
        { file: 'id', args: ['-u'] },
        '/',
      ),
      { cwd: '/', env: PATH, maxOutput: 1000, sweep: false },
    )
    if (tried.stdout.toString('utf8').trim() === String(user.uid)) return user
    user.free()
    missing.push(`own user (${complaint(tried)})`)
  } catch (error) {
    missing.push(`own user (${messageOf(error)})`)
  }
  return null
}

/** Public folders are read-only to who has a view of the files of its own: there is nothing to look for in them. */
async function leaveUser(user: UserLock, couldReachPublic: boolean): Promise<void> {
  await endUser(user.uid)
  await dropMemoryGroup(user.uid)
  if (user.place !== null) await removeAll(user.place)
  if (couldReachPublic) await sweepPublic(user.uid)
  user.free()
}

type Ground = { wish: IsolationWish; dir: string; asRoot: boolean }

async function takeHolder({ wish, dir, asRoot }: Ground, missing: string[]): Promise<Holder | null> {
  const plan = { asRoot, place: dir, tmp: 'room/tmp', hide: wish.hide }
  let why = ''
  for (const network of wish.doors === null ? [false] : [true, false]) {
    try {
      const holder = await startHolder({ ...plan, network })
      if (network !== (wish.doors !== null)) missing.push(`${NO_NETWORK} (${why})`)
      if (holder.writable.length > 0) missing.push(`read-only ${holder.writable.join(', ')}`)
      return holder
    } catch (error) {
      why = messageOf(error)
    }
  }
  missing.push(`own processes (${why})`)
  if (wish.doors !== null) missing.push(NO_NETWORK)
  return null
}

function takeGroup(uid: number | null, limit: number, missing: string[]): MemoryGroup | null {
  if (uid === null) return null
  try {
    return openMemoryGroup(uid, limit)
  } catch (error) {
    missing.push(`memory limit of the kernel (${messageOf(error)}), it is watched instead`)
    return null
  }
}

type Doorway = { holder: Holder | null; undo: AsyncDisposableStack; missing: string[] }

async function openDoors(doors: readonly Door[], { holder, undo, missing }: Doorway): Promise<boolean> {
  if (holder === null || !holder.hasNetwork) return false
  try {
    for (const door of doors) undo.use(await openDoor(door, holder))
    return true
  } catch (error) {
    missing.push(`${NO_NETWORK} (${messageOf(error)})`)
    return false
  }
}

function holdUser(uid: number, inside: Inside, room: string): Hold {
  return {
    wrap: (command, cwd) => launchInside(inside, command, cwd),
    ask: () => signalUser(uid),
    end: () => endUser(uid),
    watch(stop) {
      const { group, limits } = inside
      const disk = watchDisk({ room, limit: limits.disk, stop })
      const memory = watchMemory({ uid, group, limit: limits.memory, stop })
      return () => [disk(), memory()].find(what => what !== null) ?? null
    },
    isMissing,
  }
}

/** Said inside by somebody inside: from there it is everything but the first process and the one that says it. */
const COUNT = `for p in /proc/[0-9]*; do echo "$p"; done | grep -cvE "/(1|$$)$"`

function holdSpace(inside: Inside, room: string): Hold {
  const say = async (line: string): Promise<ProcessResult> => {
    const [file = '', ...args] = [...enter(inside.holder), 'sh', '-c', line]
    return run({ file, args }, { cwd: '/', env: PATH, maxOutput: 1000, sweep: false })
  }
  return {
    wrap: (command, cwd) => launchInside(inside, command, cwd),
    ask: async () => void (await say('kill -s TERM -- -1')),
    async end() {
      for (let round = 0; round < 200; round++) {
        const left = await say(`kill -s KILL -- -1 2> /dev/null; ${COUNT}`)
        // The counter itself runs in a process or two of its own.
        if (Number.parseInt(left.stdout.toString('utf8'), 10) <= 2) return
      }
      throw new Error('processes of the attempt could not be ended')
    },
    watch: stop => watchDisk({ room, limit: inside.limits.disk, stop }),
    isMissing,
  }
}

function isBelow(path: string, dir: string): boolean {
  return path === dir || path.startsWith(`${dir}/`)
}

function complaint(result: ProcessResult): string {
  const last = result.stderr.toString('utf8').trim().split('\n').at(-1) ?? ''
  return last === '' ? result.end.is : last.slice(0, 200)
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 200) ?? ''
}
