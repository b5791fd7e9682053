import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { findProcesses } from './users.ts'

/** A limit of the kernel on the memory of all programs of one attempt together. */
export type MemoryGroup = {
  /** Goes before a command of ours that is to be inside, with all that it starts. */
  join: readonly string[]
  /** Programs that the kernel has ended for it so far. */
  killed(): number
}

/** The two generations of control groups: https://docs.kernel.org/admin-guide/cgroup-v2.html and …/cgroup-v1/memory.html. */
const GENERATIONS = [
  { root: '/sys/fs/cgroup', limit: 'memory.max', swap: 'memory.swap.max', events: 'memory.events' },
  {
    root: '/sys/fs/cgroup/memory',
    limit: 'memory.limit_in_bytes',
    swap: 'memory.swappiness',
    events: 'memory.oom_control',
  },
] as const

/** Throws where the machine has none, or none that we may make. */
export function openMemoryGroup(uid: number, bytes: number): MemoryGroup {
  const generation = GENERATIONS.find(({ root, limit }) => hasMemory(root, limit))
  if (generation === undefined) throw new Error('this machine has no control group for memory')
  const dir = folderOf(generation.root, uid)
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, generation.limit), String(bytes))
  // Not there where the machine does not count what is swapped out.
  if (existsSync(join(dir, generation.swap))) writeFileSync(join(dir, generation.swap), '0')
  return {
    join: ['sh', '-c', 'echo $$ > "$1" && shift && exec "$@"', 'sh', join(dir, 'cgroup.procs')],
    killed: () =>
      Number(/^oom_kill (\d+)/m.exec(readFileSync(join(dir, generation.events), 'utf8'))?.[1] ?? 0),
  }
}

/** Once the user has no process any more; also the one that somebody left who died on the way. */
export async function dropMemoryGroup(uid: number): Promise<void> {
  for (const dir of GENERATIONS.map(({ root }) => folderOf(root, uid)).filter(existsSync)) {
    // The kernel may still be burying what was in it.
    for (let round = 0; round < 50 && !tryRemove(dir); round++) await setTimeout(10)
  }
}

function tryRemove(dir: string): boolean {
  try {
    rmdirSync(dir)
    return true
  } catch {
    return false
  }
}

function folderOf(root: string, uid: number): string {
  return join(root, `chorus-${uid}`)
}

/** A group below the root has the limit only when the root hands it on. */
function hasMemory(root: string, limit: string): boolean {
  const handedOn = join(root, 'cgroup.subtree_control')
  if (existsSync(handedOn)) return readFileSync(handedOn, 'utf8').split(/\s+/).includes('memory')
  return existsSync(root) && readdirSync(root).includes(limit)
}

const EVERY_MS = 500

export type MemoryWatch = { uid: number; group: MemoryGroup | null; limit: number; stop: () => void }

/**
 * Calls `stop` once the kernel had to end a program for its memory; where the kernel has no limit, once the programs of the
 * user together have more than theirs. The answer ends the watch and says what was exceeded.
 */
export function watchMemory({ uid, group, limit, stop }: MemoryWatch): () => string | null {
  const before = group?.killed() ?? 0
  let exceeded: string | null = null
  const look = () => {
    if (exceeded !== null) return
    const over = group === null ? countMemory(uid) > limit : group.killed() > before
    if (!over) return
    exceeded = `${limit} bytes of memory`
    stop()
  }
  const timer = setInterval(look, EVERY_MS)
  return () => {
    clearInterval(timer)
    // It may be over so soon that nobody looked.
    if (group !== null) look()
    return exceeded
  }
}

const PAGE = 4096

/** Bytes; what programs share with each other counts for the first of them only as far as files are concerned. */
function countMemory(uid: number): number {
  return findProcesses(uid).reduce((sum, pid) => sum + residentOf(pid), 0)
}

/** Resident pages without those of files. */
function residentOf(pid: number): number {
  try {
    const [, resident = 0, shared = 0] = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ').map(Number)
    return (resident - shared) * PAGE
  } catch {
    return 0
  }
}
