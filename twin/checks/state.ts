import type { Account } from '../state.ts'

export type CheckStatus = 'queued' | 'in_progress' | 'completed' | 'waiting' | 'requested' | 'pending'
export type CheckConclusion =
  | 'action_required'
  | 'cancelled'
  | 'failure'
  | 'neutral'
  | 'success'
  | 'skipped'
  | 'stale'
  | 'timed_out'
  | 'startup_failure'

export type CheckSuite = {
  id: number
  node_id: string
  appId: number
  head_sha: string
  head_branch: string | null
  created_at: string
}

export type Annotation = {
  path: string
  start_line: number
  end_line: number
  annotation_level: 'notice' | 'warning' | 'failure'
  message: string
  title: string | null
  raw_details: string | null
}

export type CheckRun = {
  id: number
  node_id: string
  suiteId: number
  appId: number
  name: string
  head_sha: string
  status: CheckStatus
  conclusion: CheckConclusion | null
  external_id: string
  details_url: string | null
  started_at: string
  completed_at: string | null
  output: { title: string | null; summary: string | null; text: string | null }
  annotations: Annotation[]
  /** Buttons, at most three. */
  actions: { label: string; description: string; identifier: string }[]
}

export type CommitStatus = {
  id: number
  sha: string
  state: 'error' | 'failure' | 'pending' | 'success'
  context: string
  description: string | null
  target_url: string | null
  creator: Account
  created_at: string
}
