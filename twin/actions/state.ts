import type { CheckConclusion } from '../checks/state.ts'
import type { Account } from '../state.ts'

export type RunStatus = 'requested' | 'queued' | 'pending' | 'waiting' | 'in_progress' | 'completed'

export type Workflow = {
  id: number
  node_id: string
  name: string
  path: string
  state: 'active' | 'disabled_manually'
  created_at: string
}

export type Step = {
  number: number
  name: string
  status: RunStatus
  conclusion: CheckConclusion | null
  started_at: string | null
  completed_at: string | null
}

export type Job = {
  id: number
  node_id: string
  runId: number
  attempt: number
  /** Key in the file, with the caller's key in front for called workflows: `caller / work`. */
  name: string
  status: RunStatus
  conclusion: CheckConclusion | null
  labels: string[]
  created_at: string
  started_at: string | null
  completed_at: string | null
  steps: Step[]
  log: string
  checkRunId: number
  /** The run's head, for job objects and events. */
  head_sha: string
  head_branch: string | null
  workflow_name: string
  runnerId: number | null
  runnerName: string | null
}

export type Artifact = {
  id: number
  node_id: string
  runId: number
  name: string
  /** `sha256:…` of the stored bytes. */
  digest: string
  mimeType: string
  /** False between CreateArtifact and FinalizeArtifact: not listed. */
  finalized: boolean
  size: number
  path: string
  created_at: string
  expires_at: string
}

export type Run = {
  id: number
  node_id: string
  workflowId: number
  name: string
  display_title: string
  path: string
  event: string
  status: RunStatus
  conclusion: CheckConclusion | null
  head_branch: string | null
  head_sha: string
  run_number: number
  run_attempt: number
  checkSuiteId: number
  actor: Account
  triggering_actor: Account
  created_at: string
  updated_at: string
  run_started_at: string
  pullNumbers: number[]
  inputs: Record<string, string>
  /** The event's payload, as `github.event` shows it. */
  eventPayload: Record<string, unknown>
  jobs: Job[]
  referencedWorkflows: { path: string; sha: string; ref: string }[]
  /** Full name of what the run was started for: `refs/heads/main`, `refs/pull/4/merge`. */
  ref: string
  /** GITHUB_SHA: the commit the workflow file and the checkout come from. */
  sha: string
  /** Why GitHub refused to start it; shown on the run's page. */
  startupFailure: string | null
  /** Lists show the run from this moment on (ms); single reads always do. */
  listedAt: number
  /** What earlier attempts ended as, oldest first. */
  attempts: PastAttempt[]
  /** The commit at the head, as webhooks show it. */
  headCommit: Record<string, unknown>
  /** Clean text that steps wrote to GITHUB_STEP_SUMMARY, in order. */
  summary: string
}

export type PastAttempt = {
  run_attempt: number
  status: RunStatus
  conclusion: CheckConclusion | null
  run_started_at: string
  updated_at: string
  triggering_actor: Account
}

export type ActionsState = {
  workflows: Map<number, Workflow>
  runs: Map<number, Run>
  artifacts: Map<number, Artifact>
  /** Repository secrets, by name. */
  secrets: Map<string, string>
  variables: Map<string, string>
  nextRunNumber: Map<number, number>
  /** What GITHUB_TOKEN may do when a workflow file does not say; `read` when absent, as in new repositories. */
  defaultPermissions?: 'read' | 'write'
  /** Values set per variable or secret name: when. */
  changedAt?: Map<string, string>
}

export function emptyActions(): ActionsState {
  return {
    workflows: new Map(),
    runs: new Map(),
    artifacts: new Map(),
    secrets: new Map(),
    variables: new Map(),
    nextRunNumber: new Map(),
  }
}
