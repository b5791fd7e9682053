import { readdirSync, readFileSync } from 'node:fs'

/**
 * Agent CLIs put their commands into process groups of their own, so a group is not the whole tree. Every process that
 * is started inherits this variable, and by it all of them are found again.
 */
export const MARKER = 'CHORUS_PROCESS'

/** Ids of all processes that carry the marker. Linux only; elsewhere nothing is found and the group has to do. */
export function findMarked(marker: string): number[] {
  const wanted = `${MARKER}=${marker}\0`
  return processIds().filter(pid => pid !== process.pid && environment(pid).includes(wanted))
}

/** Sends the signal to the group of `leader` and to all that carry the marker; says how many marked ones there were. */
export function signalTree(leader: number | null, marker: string, signal: 'SIGTERM' | 'SIGKILL'): number {
  if (leader !== null) send(-leader, signal)
  const marked = findMarked(marker)
  for (const pid of marked) send(pid, signal)
  return marked.length
}

/** Kills until none is left: a tree that forks while it is killed needs more than one walk. Throws when some stay. */
export async function killTree(leader: number | null, marker: string): Promise<void> {
  for (let walk = 0; walk < 50; walk++) {
    if (signalTree(leader, marker, 'SIGKILL') === 0) return
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  throw new Error('processes of the attempt could not be ended')
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter(name => /^[0-9]+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

function environment(pid: number): string {
  try {
    return `${readFileSync(`/proc/${pid}/environ`, 'latin1')}\0`
  } catch {
    // It ended, or it is another user's.
    return ''
  }
}

function send(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended by itself.
  }
}
