import { totalmem } from 'node:os'
import type { Command } from '../process.ts'
import type { MemoryGroup } from './memory.ts'

/** How many of each one attempt may have. The machine's own limits hold as well where they are lower. */
export type Limits = {
  /** Processes and threads of all its programs together. */
  processes: number
  /** Bytes of memory of all its programs together, and of each. */
  memory: number
  files: number
  /** Bytes on disk, all its files together. */
  disk: number
}

export const LIMITS: Limits = {
  processes: 4096,
  // The rest of the machine's is for the runner itself.
  memory: Math.floor(totalmem() * 0.9),
  files: 16_384,
  disk: 20 * 1024 ** 3,
}

/** Which user and which namespaces a program is put into. */
export type Inside = {
  uid: number | null
  /** Process whose namespaces are entered; null when there are none. */
  holder: { pid: number; flags: readonly string[] } | null
  /** Null where the kernel has no limit for all of them together. */
  group: MemoryGroup | null
  limits: Limits
}

/** The cwd is entered as the user itself, after everything else: from outside it would be a way back out. */
const ENTER = 'umask 022; cd -- "$1" && shift && exec "$@"'

/** The command as it is started from outside: enter the namespaces, take the limits, become the user, then be it. */
export function launchInside(inside: Inside, command: Command, cwd: string): Command {
  const [file = '', ...args] = [
    ...(inside.group?.join ?? []),
    ...enter(inside.holder),
    ...limit(inside),
    ...become(inside.uid),
    'sh',
    '-c',
    ENTER,
    'sh',
    cwd,
    command.file,
    ...command.args,
  ]
  return { file, args }
}

export function enter(holder: Inside['holder']): string[] {
  return holder === null ? [] : ['nsenter', `--target=${holder.pid}`, ...holder.flags, '--']
}

/** Without capabilities, groups, or any program that could give them back: sudo and su are no use to it. */
export function become(uid: number | null): string[] {
  const user =
    uid === null
      ? []
      : [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--inh-caps=-all', '--bounding-set=-all']
  return ['setpriv', ...user, '--no-new-privs', '--']
}

/** A user's processes are counted together only when the user is its own: else the limit would hold us as well. */
function limit({ uid, limits }: Inside): string[] {
  const processes = uid === null ? [] : [`--nproc=${limits.processes}`]
  const rest = [`--data=${limits.memory}`, `--nofile=${limits.files}`, `--fsize=${limits.disk}`, '--core=0']
  // When the memory of the machine is used up, this is what has to go, not we.
  return ['prlimit', ...processes, ...rest, '--', 'choom', '-n', '1000', '--']
}

/** Did the shell that should become the program not find it? Its own words tell, since it ends like one that ran. */
export function isMissing(code: number, stderr: string): boolean {
  return (code === 127 || code === 126) && /^sh: .*exec: /m.test(stderr)
}
