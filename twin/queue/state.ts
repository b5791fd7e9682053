import type { Actor } from '../state.ts'

/** GraphQL's `MergeQueueEntryState`. */
export type EntryState = 'QUEUED' | 'AWAITING_CHECKS' | 'MERGEABLE' | 'UNMERGEABLE' | 'LOCKED'

/** The pull request on top of all that is ahead of it, on a branch of its own that CI judges. */
export type MergeGroup = { branch: string; base: string; head: string; since: number }

export type QueueEntry = {
  id: number
  node_id: string
  pull: number
  /** The head that was added: what is pushed later is not in any group. */
  head: string
  enqueuer: Actor
  enqueuedAt: number
  jump: boolean
  state: EntryState
  group: MergeGroup | null
}

/** Of one base branch. `took`: milliseconds that the group which merged last was judged for. */
export type MergeQueue = {
  entries: QueueEntry[]
  took: number | null
  /** Looks again when time alone changes something. */
  timer: NodeJS.Timeout | undefined
}

/** `pull_request.dequeued`'s words, as far as this site says them. */
export type Departure =
  | 'MANUAL'
  | 'MERGE'
  | 'MERGE_CONFLICT'
  | 'CI_FAILURE'
  | 'CI_TIMEOUT'
  | 'ALREADY_MERGED'
  | 'QUEUE_CLEARED'
  | 'INVALID_MERGE_COMMIT'
