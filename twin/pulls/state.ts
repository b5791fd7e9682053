import type { Account } from '../state.ts'

export type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING'

export type Review = {
  id: number
  node_id: string
  user: Account
  body: string
  state: ReviewState
  commit_id: string
  submitted_at: string | null
  performedViaAppId: number | null
}

export type ReviewComment = {
  id: number
  node_id: string
  review_id: number
  path: string
  line: number | null
  side: 'LEFT' | 'RIGHT'
  inReplyTo: number | null
  /** Of the conversation that it begins. */
  resolved: boolean
  body: string
  commit_id: string
  user: Account
  created_at: string
}

/** What a pull request has beside its issue of the same number. */
export type Pull = {
  id: number
  node_id: string
  number: number
  head: { repoId: number; ref: string; sha: string }
  base: { ref: string; sha: string }
  draft: boolean
  merged: boolean
  merged_at: string | null
  merged_by: Account | null
  mergeCommitSha: string | null
  /** null while it is being computed, as on GitHub after each move of head or base. */
  mergeable: boolean | null
  /** The merge commit that `pull_request` workflows run on; null on conflict. */
  testMergeSha: string | null
  /** Whether the base branch had commits that head lacks, when `mergeable` was computed. */
  behind: boolean
  /** Who moved head last, for rules that ask for approval by someone else. */
  lastPusher: string
  maintainerCanModify: boolean
  /** Against the merge base, as of the last move of head or base. */
  stats: { commits: number; additions: number; deletions: number; changed_files: number }
  /** Head and base that `mergeable` was computed for. */
  computedFor: string | null
  reviews: Review[]
  reviewComments: ReviewComment[]
  requestedReviewers: string[]
}
