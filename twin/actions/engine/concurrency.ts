/** A run or job that asks for a group. */
export type Member = {
  runId: number
  jobId: number | null
  /** Called when a newer arrival, or cancel-in-progress, pushes it out. */
  cancel(): void
}

type Waiting = { member: Member; start(won: boolean): void }
type Group = { name: string; running: Member | null; waiting: Waiting[] }

/** Groups by repository and name, without regard to case. */
export type Groups = Map<string, Group>

export type GroupRequest = { group: string; cancelInProgress: boolean; queue: 'single' | 'max' }

const MOST_WAITING = 100

function groupKey(repoId: number, group: string): string {
  return `${repoId}:${group.toLowerCase()}`
}

/**
 * Waits for the group. Resolves true when it is the member's turn, false when it was pushed out while waiting.
 * With `queue: single` there is one place to wait: whoever comes later takes it, whatever cancel-in-progress says.
 */
export function enterGroup(
  groups: Groups,
  repoId: number,
  request: GroupRequest,
  member: Member,
): Promise<boolean> {
  const key = groupKey(repoId, request.group)
  const group = groups.get(key) ?? { name: request.group, running: null, waiting: [] }
  groups.set(key, group)
  if (!group.running) {
    group.running = member
    return Promise.resolve(true)
  }
  if (request.queue === 'single') for (const old of group.waiting.splice(0)) pushOut(old)
  if (group.waiting.length >= MOST_WAITING) {
    member.cancel()
    return Promise.resolve(false)
  }
  const turn = new Promise<boolean>(start => group.waiting.push({ member, start }))
  if (request.cancelInProgress) group.running.cancel()
  return turn
}

function pushOut(old: Waiting): void {
  old.start(false)
  old.member.cancel()
}

/** Gives the group free, or gives up waiting for it. Safe to call more than once. */
export function leaveGroup(groups: Groups, repoId: number, name: string, member: Member): void {
  const key = groupKey(repoId, name)
  const group = groups.get(key)
  if (!group) return
  const place = group.waiting.findIndex(waiting => waiting.member === member)
  if (place >= 0) for (const waiting of group.waiting.splice(place, 1)) waiting.start(false)
  if (group.running !== member) return
  const next = group.waiting.shift()
  group.running = next?.member ?? null
  next?.start(true)
  if (!next) groups.delete(key)
}

/** The groups of a repository that are in use. */
export function membersOf(
  groups: Groups,
  repoId: number,
): { name: string; running: Member | null; waiting: Member[] }[] {
  return [...groups]
    .filter(([key]) => key.startsWith(`${repoId}:`))
    .map(([, { name, running, waiting }]) => ({ name, running, waiting: waiting.map(one => one.member) }))
}
