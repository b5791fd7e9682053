import type { Account } from '../state.ts'

export type Label = { id: number; node_id: string; name: string; color: string; description: string | null }
export type Milestone = { id: number; number: number; title: string; state: 'open' | 'closed' }

/** An entry of the timeline as REST gives it: `labeled`, `unlabeled`, `commented`, `closed`, `renamed`, … */
export type TimelineEvent = {
  id: number
  event: string
  actor: Account
  created_at: string
  /** Set when a GitHub App did it on its own behalf. */
  performed_via_github_app?: { id: number; slug: string } | null
  [key: string]: unknown
}

export type Reaction = { id: number; content: string; user: Account; created_at: string }

/** Pull requests have an issue of the same number; `pull` tells them apart. */
export type Issue = {
  id: number
  node_id: string
  number: number
  title: string
  body: string | null
  state: 'open' | 'closed'
  state_reason: 'completed' | 'not_planned' | 'duplicate' | 'reopened' | null
  user: Account
  performedViaAppId: number | null
  labels: string[]
  assignees: string[]
  milestone: number | null
  locked: boolean
  lockReason: string | null
  type: string | null
  created_at: string
  updated_at: string
  closed_at: string | null
  closed_by: Account | null
  pull: boolean
  timeline: TimelineEvent[]
  commentCount: number
  /** Earlier titles and bodies, newest last: what GraphQL's userContentEdits shows. */
  edits: { at: string; editor: Account; title: string; body: string | null }[]
  reactions: Reaction[]
  /** Database ids of issues, in order. */
  subIssues: number[]
  parent: number | null
  blockedBy: number[]
  /** The other side of `blockedBy`, kept in step. */
  blocking: number[]
}

export type IssueComment = {
  id: number
  node_id: string
  issue: number
  body: string
  user: Account
  performedViaAppId: number | null
  created_at: string
  updated_at: string
  reactions: Reaction[]
}
