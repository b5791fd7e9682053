import { landingBlockers, rulesFor } from '../checks/protection.ts'
import { HttpError } from '../http/route.ts'
import { record } from '../issues/timeline.ts'
import { settleMergeability } from '../pulls/mergeability.ts'
import { isOpen, tellPull } from '../pulls/pull.ts'
import type { Pull } from '../pulls/state.ts'
import { type Actor, nodeId, type Repo, type TwinState, takeId } from '../state.ts'
import { advance } from './advance.ts'
import { depart, entryOf, inQueue, queueOf } from './entries.ts'
import { queueSettings } from './settings.ts'
import type { QueueEntry } from './state.ts'

type Wish = { pull: Pull; expected?: string | undefined; jump: boolean }

/** At the end, or at the front. @throws 422 where GitHub says no (the words are ours), 409 for another head than the expected one */
export async function enqueue(state: TwinState, repo: Repo, wish: Wish, by: Actor): Promise<QueueEntry> {
  const { pull, expected, jump } = wish
  const branch = pull.base.ref
  if (queueSettings(repo, branch) === null)
    throw new HttpError(422, 'Merge queue is not enabled for this branch')
  if (!isOpen(repo, pull) || pull.draft) throw new HttpError(422, 'Pull request is not open, or is a draft')
  await settleMergeability(state, repo, pull)
  if (expected !== undefined && expected !== pull.head.sha)
    throw new HttpError(409, 'Head sha did not match expected head sha')
  if (entryOf(repo, pull.number) !== null) throw new HttpError(422, 'Pull request is already in the queue')
  if (pull.mergeable !== true) throw new HttpError(422, 'Pull request has merge conflicts')
  const rules = rulesFor(repo, branch, { state, actor: by, merging: true })
  const reasons = landingBlockers(state, repo, pull, rules)
  if (reasons.length > 0) throw new HttpError(422, reasons.join('\n\n'))
  const id = takeId(state)
  const entry: QueueEntry = {
    id,
    node_id: nodeId('MQE', id),
    pull: pull.number,
    head: pull.head.sha,
    enqueuer: by,
    enqueuedAt: state.clock.now(),
    jump,
    state: 'QUEUED',
    group: null,
  }
  const queue = queueOf(repo, branch)
  const place = jump
    ? queue.entries.filter(each => each.jump || each.state === 'LOCKED').length
    : queue.entries.length
  queue.entries = queue.entries.toSpliced(place, 0, entry)
  const issue = repo.issues.get(pull.number)
  if (issue) record(state, issue, { event: 'added_to_merge_queue', by })
  tellPull(state, repo, { pull, action: 'enqueued' }, by)
  void advance(state, repo, branch)
  return entry
}

/** @throws 422 when it is not in a queue */
export async function dequeue(state: TwinState, repo: Repo, pull: Pull): Promise<QueueEntry> {
  const found = entryOf(repo, pull.number)
  if (found === null) throw new HttpError(422, 'Pull request is not in the merge queue')
  const place = { state, repo, branch: found.branch }
  await inQueue(place, () => depart(place, found.entry, 'MANUAL'))
  void advance(state, repo, found.branch)
  return found.entry
}
