import { addAccount } from '../accounts.ts'
import { timestamp } from '../clock.ts'
import { emit } from '../emit.ts'
import { readCommit } from '../gitdata/commit.ts'
import { inTurn } from '../gitdata/queue.ts'
import { RefError } from '../gitdata/refchange.ts'
import { updateRefs } from '../gitdata/refs.ts'
import { record } from '../issues/timeline.ts'
import { tellPull } from '../pulls/pull.ts'
import type { Actor, Repo, TwinState } from '../state.ts'
import type { Departure, MergeGroup, MergeQueue, QueueEntry } from './state.ts'

/** Where a queue is looked after: one base branch. */
export type Place = { state: TwinState; repo: Repo; branch: string }

/** One after the other: a group is never built and taken away at once. */
export function inQueue<T>({ repo, branch }: Place, work: () => Promise<T>): Promise<T> {
  return inTurn(`${repo.gitDir} queue ${branch}`, work)
}

export function queueOf(repo: Repo, branch: string): MergeQueue {
  const known = repo.queues.get(branch)
  if (known !== undefined) return known
  const made: MergeQueue = { entries: [], took: null, timer: undefined }
  repo.queues.set(branch, made)
  return made
}

export function entryOf(repo: Repo, pull: number): { branch: string; entry: QueueEntry } | null {
  for (const [branch, { entries }] of repo.queues) {
    const entry = entries.find(each => each.pull === pull)
    if (entry !== undefined) return { branch, entry }
  }
  return null
}

/** What the queue does, it does in its own name; for an entry that a job's token made, as that: no workflow starts. */
export function actorFor(state: TwinState, { enqueuer }: QueueEntry): Actor {
  if (enqueuer.is === 'installation' && enqueuer.job !== undefined) return enqueuer
  return { is: 'user', account: addAccount(state, 'github-merge-queue[bot]', 'Bot') }
}

/** Makes the group's branch and asks for its checks. */
export async function openGroup(place: Place, entry: QueueEntry, group: MergeGroup): Promise<void> {
  const { state, repo } = place
  const by = actorFor(state, entry)
  const change = { ref: `refs/heads/${group.branch}`, after: group.head, force: true, merge: true }
  await updateRefs(state, repo, [change], by)
  entry.group = group
  entry.state = 'AWAITING_CHECKS'
  const payload = { merge_group: await groupJson(place, group) }
  emit(state, { repo, event: 'merge_group', action: 'checks_requested', by, payload })
}

/** Takes the group's branch away. */
export async function closeGroup(
  place: Place,
  entry: QueueEntry,
  reason: 'merged' | 'invalidated' | 'dequeued',
): Promise<void> {
  const { state, repo } = place
  const { group } = entry
  if (group === null) return
  entry.group = null
  const by = actorFor(state, entry)
  const change = {
    ref: `refs/heads/${group.branch}`,
    before: group.head,
    after: null,
    force: true,
    merge: true,
  }
  await updateRefs(state, repo, [change], by).catch(error => {
    // Somebody deleted it meanwhile.
    if (!(error instanceof RefError)) throw error
  })
  const payload = { merge_group: await groupJson(place, group), reason }
  emit(state, { repo, event: 'merge_group', action: 'destroyed', by, payload })
}

/** Out of the queue, for whatever reason; said on the pull request. */
export async function depart(place: Place, entry: QueueEntry, reason: Departure): Promise<void> {
  const { state, repo, branch } = place
  const queue = queueOf(repo, branch)
  queue.entries = queue.entries.filter(each => each !== entry)
  const { group } = entry
  await closeGroup(place, entry, reason === 'MERGE' ? 'merged' : 'dequeued')
  const pull = repo.pulls.get(entry.pull)
  const issue = repo.issues.get(entry.pull)
  if (!pull || !issue) return
  const by = actorFor(state, entry)
  const extra = { reason: reason.toLowerCase(), before_commit: group?.head ?? entry.head }
  record(state, issue, { event: 'removed_from_merge_queue', by, extra })
  tellPull(state, repo, { pull, action: 'dequeued', extra: { reason } }, by)
}

async function groupJson({ repo, branch }: Place, group: MergeGroup): Promise<Record<string, unknown>> {
  const commit = await readCommit(repo, group.head)
  const person = ({ name, email }: { name: string; email: string }) => ({ name, email })
  return {
    head_sha: group.head,
    head_ref: `refs/heads/${group.branch}`,
    base_sha: group.base,
    base_ref: `refs/heads/${branch}`,
    head_commit: commit && {
      id: commit.sha,
      tree_id: commit.tree,
      message: commit.message,
      timestamp: timestamp(Date.parse(commit.committer.date)),
      author: person(commit.author),
      committer: person(commit.committer),
    },
  }
}
