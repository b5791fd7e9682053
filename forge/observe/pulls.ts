import { parseBranch, printBranch, type TaskId } from '../../core/names.ts'
import type { Instant } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import type { PullSeen } from '../memory.ts'
import { read, readList } from '../read.ts'
import type { FullPullWire, PullWire } from '../wire.ts'
import { isOurs } from './actor.ts'
import { isLeftOver, type Lately, listLately } from './lately.ts'
import type { TaskRefs } from './refs.ts'
import { readSights, type Sight } from './sights.ts'

/** What was closed within that time is in the list of closed issues. */
const IN_VIEW = 7 * 86_400_000

export type Pulls = { ours: Map<TaskId, PullWire[]>; others: PullWire[] }

/** Open pull requests, ours by task. Ours: this app opened it, from this repository, from a branch that names a task. */
export async function readOpenPulls(forge: Forge): Promise<Pulls> {
  const query = { state: 'open', sort: 'created', direction: 'asc' }
  const pulls: Pulls = { ours: new Map(), others: [] }
  for (const pull of await readList<PullWire>(forge, '/repos/{owner}/{repo}/pulls', query)) {
    const task = taskOf(forge, pull)
    if (task === null) pulls.others.push(pull)
    else pulls.ours.set(task, [...(pulls.ours.get(task) ?? []), pull])
  }
  return pulls
}

export function taskOf(forge: Forge, pull: Pick<PullWire, 'head' | 'base' | 'user'>): TaskId | null {
  if (!isOurs(forge, pull.user) || !isHere(pull)) return null
  return parseBranch(pull.head.ref)?.task ?? null
}

/** From this very repository, not from a fork. */
export function isHere(pull: Pick<PullWire, 'head' | 'base'>): boolean {
  // A deleted fork leaves null behind, whatever the types say.
  const from: { id: number } | null = pull.head.repo
  return from !== null && from.id === pull.base.repo.id
}

/** Sights by number, of those in the list of open ones. */
export type Seen = { pulls: Map<TaskId, PullSeen>; sights: ReadonlyMap<number, Sight> }

/** `since`: when the newest attempt was claimed. */
export type Wanted = { task: TaskId; refs: TaskRefs; agents: readonly string[]; since: Instant }

/**
 * The newest pull request of each task, open or not. What the list of open ones does not tell of them is asked for all
 * of them at once, and only where something changed. `tip`: where the default branch is.
 */
export async function readPulls(
  forge: Forge,
  wanted: readonly Wanted[],
  { ours, tip }: { ours: Pulls['ours']; tip: string },
): Promise<Seen> {
  const newest = new Map<TaskId, PullWire>()
  const lately = listLately(forge)
  for (const [task, pulls] of ours) {
    const known = forge.memory.pulls.get(task)
    // A list that lags may still show as open what we merged ourselves.
    const least = (known?.pull.number ?? 0) + (known?.merged ? 1 : 0)
    const pull = pulls
      .filter(one => !isLeftOver(lately, task, one))
      .toSorted((a, b) => b.number - a.number)[0]
    if (pull !== undefined && pull.number >= least) newest.set(task, pull)
  }
  const tasks = new Set(wanted.map(one => one.task))
  const open = [...newest].filter(([task]) => tasks.has(task))
  const sights = await readSights(
    forge,
    open.map(([, pull]) => pull),
    tip,
  )
  const found = await Promise.all(
    wanted.map(async one => {
      const pull = newest.get(one.task)
      if (pull === undefined) return [one.task, await readOther(forge, one, lately)] as const
      const seen = { pull, merged: false, mergedSha: null, ...sights.get(pull.number)!.standing }
      return [one.task, seen] as const
    }),
  )
  const seen = new Map(found.flatMap(([task, pull]) => (pull === null ? [] : [[task, pull] as const])))
  for (const [task, pull] of seen) forge.memory.pulls.set(task, pull)
  return { pulls: seen, sights }
}

/** One that is not in the list of open ones: closed, merged, or opened so lately that the list does not know it yet. */
async function readOther(forge: Forge, wanted: Wanted, lately: Lately): Promise<PullSeen | null> {
  const { task } = wanted
  const last = forge.memory.pulls.get(task)
  const known = last === undefined || (!last.merged && isLeftOver(lately, task, last.pull)) ? undefined : last
  const least = known?.pull.number ?? 0
  const newer = lately.newest.get(task) ?? 0
  if (newer > least && wanted.refs.attempts.size > 0) {
    // Another process has opened it, and it was closed, between two of our looks.
    const seen = await readOne(forge, task, newer)
    if (seen !== null) return seen
  }
  // What is closed does not change any more in ways that matter here; opened again, it is in the list.
  if (known?.merged || known?.pull.state === 'closed') return known
  const number = known?.pull.number ?? (await findPull(forge, wanted))
  return number === 0 ? null : readOne(forge, task, number)
}

/** Null where it is not one of this task. */
async function readOne(forge: Forge, task: TaskId, number: number): Promise<PullSeen | null> {
  const path = '/repos/{owner}/{repo}/pulls/{pull_number}'
  const { body } = await read<FullPullWire>(forge, path, { pull_number: number })
  return taskOf(forge, body) === task ? seenOf(body) : null
}

export function seenOf(pull: FullPullWire): PullSeen {
  return {
    pull,
    merged: pull.merged,
    mergedSha: pull.merged ? pull.merge_commit_sha : null,
    mergeable: pull.mergeable,
    unsure: null,
    comments: pull.comments,
    // Not told: to be asked for.
    reviews: 1,
  }
}

/**
 * For a process that has seen none, and only where an attempt exists that could have been shown: among what was closed
 * lately, which is in view anyway; for an older attempt by branch. 0: none.
 */
async function findPull(forge: Forge, { task, refs, agents, since }: Wanted): Promise<number> {
  if (refs.attempts.size === 0) return 0
  // What was closed lately is in view, and it is not among that.
  if (forge.now() - since < IN_VIEW) return 0
  const branches = new Set([...refs.branches.keys(), ...agents.map(agent => printBranch({ agent, task }))])
  const found = await Promise.all(
    [...branches].map(branch => {
      const query = { head: `${forge.owner}:${branch}`, state: 'all', sort: 'created', direction: 'desc' }
      return readList<PullWire>(forge, '/repos/{owner}/{repo}/pulls', query)
    }),
  )
  const ours = found.flat().filter(pull => taskOf(forge, pull) === task)
  return Math.max(0, ...ours.map(pull => pull.number))
}
