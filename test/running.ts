import { readdirSync, readFileSync } from 'node:fs'

/** Ids of all processes of this machine whose command line has this word in it; the dead have none. */
export function findRunning(word: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^[0-9]+$/.test(name) && Number(name) !== process.pid)
    .filter(pid => commandLine(pid).includes(word))
    .map(Number)
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
