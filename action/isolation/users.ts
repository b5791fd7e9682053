import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { run } from '../process.ts'
import { become } from './launch.ts'

/** Ids of the processes that have this user in any of its roles; the dead that nobody has counted yet do not matter. */
export function findProcesses(uid: number): number[] {
  const ofUser = new RegExp(`^Uid:.*\\t${uid}(?:\\t|$)`, 'm')
  return readdirSync('/proc')
    .filter(name => /^[0-9]+$/.test(name))
    .filter(pid => {
      const status = readStatus(pid)
      return ofUser.test(status) && !/^State:\t[ZX]/m.test(status)
    })
    .map(Number)
}

export function signalUser(uid: number): void {
  for (const pid of findProcesses(uid)) {
    try {
      process.kill(pid, 'SIGTERM')
    } catch {
      // It has ended by itself.
    }
  }
}

const PATIENCE_MS = 30_000

/**
 * Ends every process of the user and answers when none is left. One call of the kernel, made as that user, kills them
 * all at once: a walk over a list would lose against what forks faster than it is walked. Throws when some stay.
 */
export async function endUser(uid: number): Promise<void> {
  const [file = '', ...args] = [...become(uid), 'sh', '-c', 'kill -s KILL -- -1']
  const until = performance.now() + PATIENCE_MS
  while (findProcesses(uid).length > 0) {
    if (performance.now() > until) throw new Error(`processes of user ${uid} could not be ended`)
    await run({ file, args }, { cwd: '/', env: PATH, maxOutput: 1000, sweep: false })
    if (findProcesses(uid).length > 0) await setTimeout(5)
  }
}

export const PATH = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }

function readStatus(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'latin1')
  } catch {
    return ''
  }
}
