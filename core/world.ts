import type { Admission, Dispatching, Takeover } from './attempt/dispatching.ts'
import type { CallerFact } from './caller.ts'
import type { GateFact, JudgeFacts, Judgements, JudgeRight, Refused } from './check.ts'
import type { Config } from './config/config.ts'
import type { Parsed } from './contract/problem.ts'
import type { Report } from './contract/report.ts'
import type { Ticket } from './contract/ticket.ts'
import type { FileRules } from './gates/filerules.ts'
import type { Misconfigured, StrangerFacts } from './gates/strangers.ts'
import type { ForeignTree } from './landing/alarm.ts'
import type { Author } from './landing/authors.ts'
import type { GuestFacts } from './landing/guest.ts'
import type { IntegrationFacts } from './landing/integration.ts'
import type { QueueFacts } from './landing/queuefacts.ts'
import type { MergeMethod, Rules } from './landing/rules.ts'
import type { TrainFacts } from './landing/trainfacts.ts'
import type { Distrust, Ledger, TaskRecord } from './ledger.ts'
import type { GuideFact } from './lessons/guide.ts'
import type { OfferFact } from './lessons/offer.ts'
import type { TaskId, TicketKind } from './names.ts'
import type { OwnerFacts } from './people/ruling.ts'
import type { PlanFacts, PlannedFacts } from './planning/facts.ts'
import type { ReviewFacts } from './review/facts.ts'
import type { PoolFacts } from './schedule/desk.ts'
import type { Orphan } from './steps/orphans.ts'

/** The facts of one repository as GitHub told them: plain data, no judgement. Times are milliseconds since the epoch. */
export type World = {
  app: AppFacts
  repo: RepoFacts
  rules: Rules
  config: Parsed<Config>
  caller: CallerFact
  judge: JudgeFacts | null
  judgeRights: readonly JudgeRight[]
  admission: Admission
  /** Of the head of the default branch. */
  files: FileRules
  ledger: Ledger
  /** What was said of all repositories of the owner; null where nothing was. */
  owner: OwnerFacts | null
  /** Every issue that asks for an agent, has a record, or has refs of ours; never a pull request. */
  tasks: readonly TaskFacts[]
  orphans: readonly Orphan[]
  /** Null unless `merge.strategy` is `lanes`. */
  integration: IntegrationFacts | null
  /** Null where no rule asks for a merge queue, or GitHub shows none. */
  queue: QueueFacts | null
  /** Combinations of ours that are being judged, or are to be cleared away. */
  trains: readonly TrainFacts[]
  /** Heads of branches by which a landing is to be taken back, by the pull request that landed. */
  reverts: ReadonlyMap<number, Sha>
  /** False for a while after GitHub did not let us make a combination. */
  combines: boolean
  /** Null when all that landed is what was judged, as far as this process knows. */
  foreign: ForeignTree | null
  /** Pairs of heads that do not merge with one another, as `printPair` writes them. `moving`: heads that GitHub was asked just now to bring up to date. */
  collisions: ReadonlySet<string>
  moving: ReadonlySet<Sha>
  /** Open pull requests that are not ours and whose head has no completed gate by this app yet. `moreStrangers`: there are more than one look takes in. */
  strangers: readonly StrangerFacts[]
  moreStrangers: boolean
  /** Open pull requests that are not ours and that Chorus may have been asked to land. */
  guests: readonly GuestFacts[]
  misconfigured: readonly Misconfigured[]
  /** Null where nothing is to be proposed: agents are told how to work here, it was proposed before, or it is not the time. */
  guide: GuideFact | null
  /** Null where this repository shares none. */
  pool: PoolFacts | null
  /** What agents learned, as it was offered to the repository last. */
  offer: OfferFact
  /** Live standing of every account that matters in this pass, by account id. */
  standings: ReadonlyMap<number, Standing>
}

/** `id` is the App's, `botId` that of the account it acts as. */
export type AppFacts = { id: number; login: string; botId: number }
export type Sha = string
export type Instant = number

/** `role_name` of the repository, in rising order. Unknown custom roles count as the nearest lower of these. */
export const STANDINGS = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const
export type Standing = (typeof STANDINGS)[number]

export function atLeast(standing: Standing, needed: Standing): boolean {
  return STANDINGS.indexOf(standing) >= STANDINGS.indexOf(needed)
}

/** Who did something. Apps are told apart by id, never by the look of a login. */
export type Actor = { id: number; login: string; kind: 'person' | 'app' }

export type RepoFacts = {
  id: number
  owner: string
  name: string
  url: string
  defaultBranch: string
  /** Head of the default branch. */
  head: Sha
  /** Where pull requests go: the default branch, or the one before it where `merge.strategy` is `lanes`. */
  target: { branch: string; head: Sha }
  methods: readonly MergeMethod[]
}

export type TaskFacts = {
  id: TaskId
  issue: IssueFacts
  /** What the ledger remembers; null before the first pass that saw an intent. */
  record: TaskRecord | null
  /** Why there is none although the ledger has a file for this task: that file is not to be believed. */
  distrust: Distrust | null
  /** Rising by attempt. */
  claims: readonly ClaimFacts[]
  attempts: ReadonlyMap<number, Sha>
  reports: ReadonlyMap<number, { sha: Sha; report: Parsed<Report> }>
  /** What is kept of those that lost a race, by ref. Nothing is decided by it. */
  losers: ReadonlyMap<string, Sha>
  runs: readonly RunFacts[]
  /** Reviews by agents: claims, reports and runs like those of attempts, under numbers of their own. */
  reviews: ReviewTries
  /** Head of this task's branch, by branch name (an agent may have changed between attempts). */
  branches: ReadonlyMap<string, Sha>
  /** The newest pull request from a branch of this task. */
  pull: PullFacts | null
  /** What is to take back what `pull` landed; `clash`: git cannot, as things are. Null when there is none (yet). */
  revert: RevertFacts | 'clash' | null
  /** Open pull requests by others from a branch of this task: GitHub allows no second one beside them. */
  taken: readonly { number: number; branch: string; by: string }[]
  blockers: readonly BlockerFacts[]
  /** What a plan of this issue says now: on its pull request, or on the default branch once that was merged. */
  plan: PlanFacts | null
  /** What an approved plan says of this issue, which was made of it; null for all others, and until its links are there. */
  planned: PlannedFacts | null
  statusComment: StatusComment | null
}

/** `at`: when it came to say that; absent while GitHub has not told. */
export type StatusComment = { id: number; body: string; at?: Instant }

export type ReviewTries = Pick<TaskFacts, 'claims' | 'reports' | 'runs'>

export type IssueFacts = {
  number: number
  id: number
  url: string
  title: string
  body: string
  state: 'open' | 'closed'
  stateReason: string | null
  author: Actor
  labels: readonly string[]
  /** True for a parent of sub-issues: a container, never dispatched itself. */
  container: boolean
  /** Its own sub-issues, and how many of them are closed as completed. */
  subIssues: { total: number; completed: number }
  /** The issue of this repository whose sub-issue it is: its epic. */
  parent: number | null
  /** Since when it is that; null where GitHub does not tell, or was not asked. */
  nested?: Instant | null
  /** When a sub-issue of its own was last taken off, where that is asked for; null: never. */
  freed?: Instant | null
  createdAt: Instant
  closedAt: Instant | null
  /**
   * The last edit of the title and that of the body, as far as there were any; `by` null when GitHub does not tell. Null
   * while its answer is older than the issue as it is listed: then nobody knows yet.
   */
  edits?: readonly { at: Instant; by: Actor | null }[] | null
  /** Oldest first. */
  timeline: readonly TimelineFact[]
}

export type TimelineFact =
  | { is: 'labeled' | 'unlabeled'; label: string; by: Actor; at: Instant }
  | CommentFact
  | { is: 'closed' | 'reopened'; by: Actor; at: Instant }

export type CommentFact = {
  is: 'commented'
  id: number
  by: Actor
  at: Instant
  edited: boolean
  body: string
}

export type BlockerFacts = {
  issue: number
  /** owner/name when it is another repository's; see also `UNSEEN`. */
  repo: string | null
  title: string
  state: 'open' | 'closed'
  stateReason: string | null
}

export type ClaimFacts = {
  attempt: number
  sha: Sha
  base: Sha
  at: Instant
  /** The seal over ticket and base is ours: this app made the claim. */
  sealed: boolean
  /** Null when this process knows nothing of it (another controller's, a restart). */
  dispatch: Dispatching | null
  /** By whom it was taken over last; null: by nobody. */
  takeover: Takeover | null
  ticket: Parsed<Ticket>
}

export type RunFacts = {
  id: number
  url: string
  kind: TicketKind
  attempt: number
  status: 'queued' | 'in_progress' | 'completed'
  conclusion: string | null
  /** Workflow file that ran, without the ref. */
  path: string
  branch: string | null
  event: string
  /** Id of the account that dispatched it. */
  actorId: number
  runAttempt: number
  createdAt: Instant
  updatedAt: Instant
  /** What the deliver job vouched for; null until the run has completed, or when it vouched for nothing. */
  receipt: Receipt | null
  /** It ended a moment ago, and its jobs or what they vouched for may not be shown yet. */
  late: boolean
  /** When this process asked GitHub to end it. A run may take minutes to obey: asking again at once would change nothing. */
  cancelAsked: Instant | null
}

/** Read from a notice on the deliver job's own check run, which no other job can write. */
export type Receipt = { attempt: Sha | null; report: Sha }

export type PullFacts = Judgements & {
  number: number
  id: number
  url: string
  state: 'open' | 'closed' | 'merged'
  title: string
  body: string
  draft: boolean
  labels: readonly string[]
  /** Opened by this app. */
  ours: boolean
  head: { sha: Sha; branch: string }
  /** The head and, below it, what it was before this app merged the base into it: newest first, the last is somebody's work. */
  layers: readonly Sha[]
  base: { branch: string; sha: Sha }
  /** Where the head left the base; null while that is not known. */
  mergeBase: Sha | null
  mergeable: boolean | null
  /** Since when this process has not been told that; null when it was. */
  unsure: Instant | null
  mergedSha: Sha | null
  /** Who landed another tree than the judged one, where only what was judged may land; of apps only this one. */
  unjudged: Actor | null
  /** GitHub did not merge this head lately; rules are not all ours to read. */
  refusal: Refused | null
  /** GitHub took no review of ours on this head lately. */
  unreviewable: boolean
  closedBy: Actor | null
  /** Who wrote its commits, as far as GitHub lists them. */
  authors: readonly Author[]
  /** Changed files between merge base and head; null when GitHub cut the list (then nothing lands by itself). */
  changes: readonly FileChange[] | null
  reviews: readonly ReviewFacts[]
  /** Of the conversation, oldest first. */
  comments: readonly CommentFact[]
  gate: GateFact | null
  /** Whose review somebody asked for by name, and has not been given. */
  awaited: readonly string[]
  /** Conversations on lines that nobody has resolved; null where no rule asks, or GitHub has not told. */
  unresolved: number | null
  /** Does the head contain the tip of the base? Null when not known yet. */
  current: boolean | null
}

/** `own`: below our own merges of the base there is the commit that this app made, and nothing else; `at` is when, `takes` what it takes back. */
export type RevertFacts = { pull: PullFacts; own: boolean; at: Instant; takes: readonly Sha[] }

export type FileChange = {
  path: string
  /** Set for a rename: the path it left. */
  previous: string | null
  status: 'added' | 'modified' | 'removed' | 'renamed'
  /** Git modes; null where the side has no such file. */
  mode: string | null
  previousMode: string | null
  /** Lines added and removed; null for binary files or where GitHub gave no patch. */
  added: number | null
  removed: number | null
  /** The added lines, for the secrets gate; null where GitHub gave no patch. */
  addedLines: readonly string[] | null
  bytes: number | null
  /** Lines of the new file that the diff shows, first and last of each part; absent where GitHub gave no patch. */
  shown?: readonly (readonly [number, number])[]
}
