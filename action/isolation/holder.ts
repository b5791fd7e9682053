import { readFile } from 'node:fs/promises'
import { startHelper } from '../process.ts'
import type { Inside } from './launch.ts'
import { PATH } from './users.ts'

/** Namespaces that stay while an attempt lasts, kept by their first process. With it everything in them ends. */
export type Holder = AsyncDisposable & {
  pid: number
  /** For programs that may use the machine's network, and for those that have the doors only. */
  open: NonNullable<Inside['holder']>
  closed: NonNullable<Inside['holder']>
  /** For programs of ours that need the closed network and nothing else of it; unseen by those inside. */
  door: NonNullable<Inside['holder']>
  /** The closed network is there. */
  hasNetwork: boolean
  /** Folders that stayed writable although they are not the attempt's. */
  writable: readonly string[]
}

export type HolderPlan = {
  /** Without root: a user namespace makes the others possible. */
  asRoot: boolean
  network: boolean
  place: string
  /** Below `place`: what /tmp and /var/tmp are inside. */
  tmp: string
  /** Folders that are empty inside. */
  hide: readonly string[]
}

/**
 * A socket file answers on any network: beside a closed one /run is empty. What stays is where resolvers are named, for setup,
 * and links to places elsewhere: some systems have their programs behind one.
 */
const EMPTY_RUN = `
empty_run() {
  resolvers=$(cat /etc/resolv.conf 2> /dev/null || true)
  cd /run
  mount -n -t tmpfs -o size=1m,mode=0755,nosuid,nodev chorus /run
  for name in *; do [ ! -L "$name" ] || cp -P "$name" /run; done
  cd /
  [ ! -e /etc/resolv.conf ] || return 0
  names=$(readlink -m /etc/resolv.conf)
  case $names in
    /run/*)
      mkdir -p "\${names%/*}"
      echo "$resolvers" > "$names"
      ;;
  esac
}
`

/**
 * The first process inside: it makes everything read-only but the attempt's own place, gives it temporary folders of its
 * own, and waits until we are gone. SIGCHLD is ignored, so that the kernel buries what is orphaned inside.
 */
const FIRST_PROCESS = `${EMPTY_RUN}
set -eu
umask 022
trap '' CHLD
root=$1 network=$2 place=$3 tmp=$4
shift 4
if [ "$root" = yes ]; then
  cut -d' ' -f2 /proc/self/mounts | sort -u | while read -r name; do
    folder=$(printf '%b' "$name")
    case $folder in /proc | /proc/* | /dev/pts | /dev/mqueue | /dev/shm) continue ;; esac
    nodev=,nodev
    case $folder in / | /dev | /dev/*) nodev= ;; esac
    mount -n -o "remount,bind,ro,nosuid$nodev" "$folder" 2> /dev/null || echo "writable $folder"
  done
  mount -n -t tmpfs -o size=1g,mode=1777,nosuid,nodev chorus /dev/shm
  stash=/dev/shm/.place
  mkdir "$stash"
  mount -n --bind "$place" "$stash"
  mount -n -o remount,bind,rw,nosuid,nodev "$stash"
  for folder in /var/tmp /tmp; do mount -n --bind "$stash/$tmp" "$folder"; done
  [ "$network" = no ] || empty_run
  for folder in "$@"; do
    [ -d "$folder" ] || continue
    mount -n -t tmpfs -o size=64k,mode=0711,nosuid,nodev chorus "$folder"
  done
  mkdir -p "$place"
  mount -n --move "$stash" "$place"
  rmdir "$stash"
  for folder in "$@"; do ! mountpoint -q "$folder" || mount -n -o remount,bind,ro,nosuid,nodev "$folder"; done
fi
if [ "$network" = yes ]; then
  [ "$root" = yes ] || empty_run
  mount -n -o remount,bind,ro,nosuid,nodev /run
  ip link set lo up
fi
echo ready
exec cat
`

/** Throws what the machine says when it does not allow it. */
export async function startHolder(plan: HolderPlan): Promise<Holder> {
  const spaces = ['--pid', '--mount', '--ipc', ...(plan.network ? ['--net'] : [])]
  const rights = plan.asRoot ? [] : ['--user', '--map-current-user', '--keep-caps']
  const more = ['--fork', '--kill-child=KILL', '--propagation=private', '--mount-proc', '--']
  const words = [plan.asRoot ? 'yes' : 'no', plan.network ? 'yes' : 'no', plan.place, plan.tmp, ...plan.hide]
  const args = [...rights, ...spaces, ...more, 'sh', '-c', FIRST_PROCESS, 'sh', ...words]
  const helper = startHelper({ file: 'unshare', args }, PATH)
  try {
    const lines = await helper.ready
    const pid = await findChild(helper.pid)
    const user = plan.asRoot ? [] : ['--user', '--preserve-credentials']
    const flags = [...user, '--pid', '--mount', '--ipc']
    return {
      pid,
      open: { pid, flags },
      closed: { pid, flags: plan.network ? [...flags, '--net'] : flags },
      door: { pid, flags: [...user, '--net'] },
      hasNetwork: plan.network,
      writable: lines
        .filter(line => line.startsWith('writable '))
        .map(line => line.slice('writable '.length)),
      [Symbol.asyncDispose]: () => helper.stop(),
    }
  } catch (error) {
    await helper.stop()
    throw error
  }
}

/** `unshare` stays outside and waits; its one child is the first process inside. */
async function findChild(pid: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  const child = Number(children.trim().split(' ')[0])
  if (!Number.isInteger(child) || child <= 0) throw new Error('the first process of the namespaces is gone')
  return child
}
