import type { GateFact } from '../check.ts'
import type { Instant, Sha } from '../world.ts'

/** GitHub's own branches for what its merge queue has judged, below the name of the base. */
export const MERGE_QUEUE_BRANCHES = 'gh-readonly-queue/'

/** GitHub's merge queue of the default branch, as it stands. */
export type QueueFacts = {
  /** For how long GitHub waits for a group's checks; milliseconds. */
  timeout: number
  /** From the front. */
  entries: readonly EntryFacts[]
  /** Of those that we have put in: GitHub took it out, and why last, in its own words; null where it does not say. */
  removals: ReadonlyMap<number, string | null>
}

export type EntryFacts = {
  /** 0 where GitHub does not tell. */
  pull: number
  /** The head that we ourselves put in; null where this process does not know. */
  head: Sha | null
  state: 'QUEUED' | 'AWAITING_CHECKS' | 'MERGEABLE' | 'UNMERGEABLE' | 'LOCKED'
  /** Seconds until it merges, as GitHub expects. */
  expected: number | null
  /** What CI judges: it, on top of those ahead. Null while none is built. */
  group: GroupFacts | null
}

/** `reports`: check runs of others on it. */
export type GroupFacts = { head: Sha; at: Instant; reports: number; gate: GateFact | null }
