/** What stands on a pull request's head. Times are milliseconds since the epoch. */

/** A check run or a commit status, on the pull request's head. */
export type CheckFacts = {
  kind: 'check' | 'status'
  name: string
  /** null for a commit status. */
  appId: number | null
  /** The workflow and its event, where an app reported this name more than once; null where that makes no difference. */
  source: string | null
  status: 'queued' | 'in_progress' | 'completed'
  conclusion: string | null
  url: string | null
  id: number
  startedAt: number
  /** The end of the failing job's log, cleaned; null unless it failed and GitHub gave one. */
  tail: string | null
}

/** The gate check of this app on a head. `key` is what the text was written for (external_id). */
export type GateFact = {
  id: number
  /** Since when it has stood there for people to see. */
  at: number
  status: 'in_progress' | 'completed'
  conclusion: string | null
  title: string
  key: string
}

/** What is wrong on one line of a file of the pull request, counted from 1; shown there. */
export type Annotation = { path: string; line: number; message: string }

/** GitHub takes no more in one request. */
export const MOST_ANNOTATIONS = 50
