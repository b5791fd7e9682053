import { parseBranch, printBranch, type TaskId } from '../../core/names.ts'
import type { Forge } from '../forge.ts'
import { read, readList } from '../read.ts'
import type { FullPullWire, PullWire } from '../wire.ts'
import { isOurs } from './actor.ts'
import type { TaskRefs } from './refs.ts'

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

type Wanted = { task: TaskId; refs: TaskRefs; agents: readonly string[]; open: readonly PullWire[] }

/**
 * The newest pull request of a task, open or not, in full. Once seen it is remembered by number; a process that has
 * seen none asks by branch, but only where an attempt exists that could have been shown.
 */
export async function readPull(
  forge: Forge,
  { task, refs, agents, open }: Wanted,
): Promise<FullPullWire | null> {
  const known = forge.memory.pulls.get(task)
  let number = Math.max(known?.number ?? 0, ...open.map(pull => pull.number))
  if (number === 0 && refs.attempts.size > 0) {
    number = await findPull(forge, branchesOf({ task, refs, agents }))
  }
  if (number === 0) return null
  const listed = open.some(pull => pull.number === number)
  // What is closed for good does not change any more in ways that matter here.
  if (known?.number === number && known.state === 'closed' && !listed) return known
  const path = '/repos/{owner}/{repo}/pulls/{pull_number}'
  const { body } = await read<FullPullWire>(forge, path, { pull_number: number })
  if (taskOf(forge, body) !== task) return null
  forge.memory.pulls.set(task, body)
  return body
}

function branchesOf({ task, refs, agents }: Omit<Wanted, 'open'>): string[] {
  return [...new Set([...refs.branches.keys(), ...agents.map(agent => printBranch({ agent, task }))])]
}

async function findPull(forge: Forge, branches: readonly string[]): Promise<number> {
  const found = await Promise.all(
    branches.map(branch => {
      const query = { head: `${forge.owner}:${branch}`, state: 'all', sort: 'created', direction: 'desc' }
      return readList<PullWire>(forge, '/repos/{owner}/{repo}/pulls', query)
    }),
  )
  const ours = found.flat().filter(pull => taskOf(forge, pull) !== null)
  return Math.max(0, ...ours.map(pull => pull.number))
}
