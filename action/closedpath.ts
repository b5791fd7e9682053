import { statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { isAttempts } from './isolation/uid.ts'

const USUAL = ['/usr/local/bin', '/usr/bin', '/bin']

/**
 * PATH for a program of ours that runs after an agent did: without folders in which everybody may put a program of that
 * name, and without those that depend on where we are. Where it is in none of the others, the usual ones are all there is.
 */
export function closePath(path: string, program: string): string {
  const closed = listClosed(path)
  const has = closed.some(dir => statSync(join(dir, program), { throwIfNoEntry: false })?.isFile())
  return (has ? closed : USUAL).join(delimiter)
}

/** The folders of PATH into which nobody but their owner puts programs. */
export function listClosed(path: string): string[] {
  return path.split(delimiter).filter(isClosed)
}

function isClosed(dir: string): boolean {
  if (!isAbsolute(dir)) return false
  const stat = statSync(dir, { throwIfNoEntry: false })
  return stat?.isDirectory() === true && (stat.mode & 0o002) === 0 && !isAttempts(stat.uid)
}
