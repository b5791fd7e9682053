import type { ActionsState } from './actions/state.ts'
import type { AppsState } from './apps/state.ts'
import type { Protection, Ruleset } from './checks/rules.ts'
import type { CheckRun, CheckSuite, CommitStatus } from './checks/state.ts'
import type { Clock } from './clock.ts'
import type { Issue, IssueComment, Label, Milestone } from './issues/state.ts'
import type { Pull } from './pulls/state.ts'
import type { MergeQueue } from './queue/state.ts'

/** `ghes` is an Enterprise Server of the 3.17 to 3.19 line: fewer fields, older limits. */
export type Profile = 'dotcom' | 'ghes'

export type Account = { id: number; node_id: string; login: string; type: 'User' | 'Bot' | 'Organization' }

/** What `role_name` says; in rising order. */
export const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const
export type Role = (typeof ROLES)[number]

export type RepoSettings = {
  allow_merge_commit: boolean
  allow_squash_merge: boolean
  allow_rebase_merge: boolean
  allow_auto_merge: boolean
  delete_branch_on_merge: boolean
  has_issues: boolean
}

export type Repo = {
  id: number
  node_id: string
  owner: Account
  name: string
  private: boolean
  default_branch: string
  created_at: string
  updated_at: string
  /** A bare repository on disk, the only home of commits and refs. */
  gitDir: string
  settings: RepoSettings
  collaborators: Map<string, Role>
  /** Issues and pull requests share one count. */
  nextNumber: number
  issues: Map<number, Issue>
  comments: Map<number, IssueComment>
  labels: Map<string, Label>
  milestones: Map<number, Milestone>
  pulls: Map<number, Pull>
  checkSuites: Map<number, CheckSuite>
  checkRuns: Map<number, CheckRun>
  statuses: CommitStatus[]
  rulesets: Map<number, Ruleset>
  protections: Map<string, Protection>
  /** Merge queues, by base branch. */
  queues: Map<string, MergeQueue>
  actions: ActionsState
}

/** Who a request comes from, after authentication. Permission names are those of `app-permissions` (underscores). */
export type Actor =
  | { is: 'anonymous' }
  | { is: 'user'; account: Account }
  | { is: 'app'; appId: number }
  | {
      /** An installation token, or the GITHUB_TOKEN of a job (then `job` is set and what it does starts no workflow). */
      is: 'installation'
      appId: number
      account: Account
      installationId: number
      permissions: Record<string, 'read' | 'write' | 'admin'>
      /** null: every repository of the installation. */
      repositoryIds: number[] | null
      job?: { repoId: number; runId: number; jobId: number }
    }

/** Something that happened to a repository; webhooks and workflow triggers both come from here. */
export type Happening = {
  repo: Repo | null
  event: string
  action: string | null
  sender: Account
  /** The webhook's own keys; repository, sender, installation and organization are added on delivery. */
  payload: Record<string, unknown>
  /** True when a GITHUB_TOKEN caused it: no workflow starts, webhooks are still sent. */
  byJobToken: boolean
}

export type Listener = (happening: Happening) => void

export type TwinState = {
  profile: Profile
  clock: Clock
  /** Seeded: the same seed gives the same delays, ids of deliveries and orders. */
  random: () => number
  /** Folder of everything this twin keeps on disk. */
  dir: string
  /** Set once the server listens, without a trailing slash: http://127.0.0.1:PORT */
  url: string
  nextId: number
  accounts: Map<string, Account>
  /** Personal tokens: token to login. */
  userTokens: Map<string, string>
  repos: Map<string, Repo>
  apps: AppsState
  listeners: Listener[]
  /** Work that is under way (deliveries, jobs, mergeability): `quiet()` waits until this is empty. */
  pending: Map<Promise<unknown>, Work>
  /** How the site takes its time, in milliseconds, over what clients have to wait for. */
  pause: (ms: number) => Promise<unknown>
  /** Run when the twin closes: whoever starts processes ends them here. */
  closers: (() => unknown)[]
}

export function takeId(state: TwinState): number {
  state.nextId += 1
  return state.nextId
}

/** Opaque to clients, stable, and of the same look as GitHub's new global ids. */
export function nodeId(kind: string, id: number): string {
  return `${kind}_${Buffer.from(`${kind}:${id}`).toString('base64url')}`
}

export function repoKey(owner: string, name: string): string {
  return `${owner}/${name}`.toLowerCase()
}

/** `soon`: ends by itself. `thought`: after a pause. `run`: when its jobs do. */
export type Work = 'soon' | 'thought' | 'run'

export function track<T>(state: TwinState, work: Promise<T>, kind: Work = 'soon'): Promise<T> {
  const settled = work.then(
    () => undefined,
    () => undefined,
  )
  state.pending.set(settled, kind)
  settled.then(() => state.pending.delete(settled))
  return work
}
