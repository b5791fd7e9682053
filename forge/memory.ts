import type { GateFact, JudgedFacts, JudgeRight } from '../core/check.ts'
import type { Imported } from '../core/interchange/steps.ts'
import type { ForeignTree } from '../core/landing/alarm.ts'
import type { JudgeName } from '../core/landing/judgement.ts'
import type { QueueFacts } from '../core/landing/queuefacts.ts'
import type { Controls, TaskRecord } from '../core/ledger.ts'
import type { ImportName, TaskId } from '../core/names.ts'
import type {
  Actor,
  ClaimFacts,
  Instant,
  RunFacts,
  Sha,
  Standing,
  StatusComment,
  TaskFacts,
  TimelineFact,
} from '../core/world.ts'
import type { HomeMemory } from './home.ts'
import type { LookMemory } from './look.ts'
import { createLru, type Lru } from './lru.ts'
import type { Tree } from './observe/tree.ts'
import type { Opened } from './sealed.ts'
import type { CheckRunSeen, FullPullWire, IssueWire, PullWire, RepoWire } from './wire.ts'

/**
 * What one process remembers of one repository. Everything is right without it; a restart only costs requests.
 * Bounded by count.
 */
export type RepoMemory = {
  /** Answers by URL, so that an unchanged one costs nothing (304). Bounded by their size. */
  pages: Lru<Page>
  /** How many pages a list had, so that the next look asks for them side by side. */
  lengths: Lru<number>
  /** Claims, reports, comparisons: things that a SHA names and that never change. Those of all tasks in view have to fit. */
  objects: Lru<unknown>
  /** Those of large repositories take megabytes each: bounded by files. */
  trees: Lru<{ tree: Tree }>
  /** From when on combinations may be tried again. */
  combinesAfter: number
  /** Pairs of heads that did not merge with one another, see core/merge/snapshot.ts. */
  collisions: Set<string>
  /** Landings that git could not take back, and where the default branch was then. */
  clashes: Lru<Sha, number>
  /** The merge queue as it was read last. */
  queue: { facts: QueueFacts | null } | null
  /** What this process put into it. */
  enqueued: Map<number, { head: Sha; at: Instant }>
  /** Refused reads, so that they are not repeated on every wake: when to ask again. */
  refused: Lru<number>
  /** What was read in the look that is under way; null where nobody tells of looks. */
  look: LookMemory | null
  /** Of the owner's repository `.github`: pools, and what was said of all repositories. Null until it was read. */
  home: HomeMemory | null
  repo: { at: number; wire: RepoWire } | null
  /** Of the account that the app acts as. */
  botId: number | null
  ledger: LedgerMemory | null
  /** Of each file on the ledger the newest version seen, so that an older one is known for what it is. */
  newest: Lru<{ sequence: number; at: Instant; value: unknown }>
  closedIssues: Map<number, IssueWire>
  /** Issues without an agent label, by when they were last changed. */
  quiet: Lru<string>
  /** Issues in whose comments a command was seen. */
  commanded: Lru<true, number>
  /** What people were told by a comment of its own, with the pull request. */
  called: Lru<true>
  /** Of the last pass. */
  tasks: Map<TaskId, TaskFacts>
  stories: Lru<{ issue: IssueWire; settled: boolean; story: Story }>
  /** What this process itself changed on an issue since its story was read. */
  echoes: Map<number, Echo>
  /** Node ids of labels, as issues showed them. */
  labels: Lru<string>
  /** What somebody's standing was when we asked last, by id and login. */
  bystanders: Lru<{ at: Instant; standing: Standing }>
  /** Numbers in refs of ours that are no issues, or no more, since when they were not found, and whether that is sure. */
  noIssues: Lru<{ since: Instant; sure: boolean }, number>
  /** Tasks whose refs outlived their issues: since when that is sure, and whether nothing of them is under way any more. */
  orphaned: Lru<{ since: Instant; over?: boolean }>
  /** When this process asked GitHub to end a run, by its id. */
  cancelled: Lru<Instant, number>
  /** Open tasks of the last pass: none of them may drop out of view between two lists. */
  openTasks: Set<number>
  /** Parents on which somebody asked for all below them, in the last look. */
  askedParents: ReadonlySet<number>
  /** Issues that this process made of a plan's tasks, by number: the lists may not show them, or their links, yet. */
  made: Lru<Imported & ImportName, number>
  /** What this process wrote into issues of planned tasks, by number; null for one that it closed. */
  worded: Lru<string | null, number>
  /** By issue, as it was when it was asked for. */
  edits: Lru<EditsSeen>
  /** The newest pull request of each task, once seen. */
  pulls: Map<TaskId, PullSeen>
  /** By pull request: what one query told of it, and what for. */
  standings: Lru<{ key: string; head: Sha; settled: boolean; standing: PullStanding }>
  /**
   * `at`: when a head was asked about first. `runs`: its check runs when one of others was under way, with our gate as we set it.
   * Null: none has begun, or an end was told since, and they are asked for each time. Those of all heads in view have to fit.
   */
  begun: Lru<{ at: Instant; runs: readonly CheckRunSeen[] | null }>
  /** When a webhook said last that a check has ended. Only says when to ask. */
  checkToldAt: Instant
  /** Runs of ours by id; a settled one is not looked at again unless it changes. `updatedAt` null: not listed yet. */
  runs: Map<number, { task: TaskId; updatedAt: string | null; settled: boolean; facts: RunFacts }>
  /** When a webhook said last that a run of ours has ended. Only says when to ask, never what became of it. */
  runToldAt: Instant
  /**
   * Runs of the merge job by id, and what became of the starts that this process made, by title. `key`: what it is to judge by
   * now; null where it does not. `rights`: who may start it, as the last look found them.
   */
  judging: {
    key: string | null
    runs: Map<number, { name: JudgeName; facts: JudgedFacts }>
    sent: Map<string, { is: 'sent' | 'unclear' | 'refused'; at: Instant; why: string }>
    rights: readonly Omit<JudgeRight, 'open'>[]
    /** How long the newest runs took, by their ids, in milliseconds. */
    took: ReadonlyMap<number, number>
  }
  /** Runs of CI that GitHub does not let us start again. */
  unrepeatable: Lru<true>
  /** Until it is on the ledger that nothing more lands. */
  foreign: ForeignTree | null
  /** Claims that this process made, by ref, and when: the list of refs may not show them yet. */
  claimed: Lru<{ ref: string; sha: Sha; at: Instant }>
  /**
   * Of `ADMISSION_REF`: from where this process itself moved it to where, and when last; and from where others had moved it when this
   * process came, since the last look. Null where it was not there.
   */
  admission: { moved: Map<Sha | null, Sha>; at: Instant; outrun: Set<Sha | null> }
  /** What became of the dispatches that this process made, by the claim's SHA. */
  dispatches: Lru<NonNullable<ClaimFacts['dispatch']>, Sha>
  /** By pull request: why GitHub did not merge it. `reviews`: how many it had then, where that is known. `seen`: when it had last changed then, once known. */
  refusals: Lru<Refusal, number>
  /** What the rules of a branch were when they were read last, and when those of any were seen to be others than before. */
  rules: { read: Lru<string>; changed: Instant }
  /** By pull request: the head on which GitHub takes no review of ours, believed until then. */
  unreviewable: Lru<{ head: Sha; until: Instant }, number>
  /** GitHub asked for an up-to-date branch where no rule that we may read does: believed until then. */
  strictUntil: Instant
  /** Pull requests of people's own that this process has landed: a list that lags may still show them as open. */
  landed: Lru<true, number>
  /** By head. Those of all heads in view have to fit. */
  gates: Lru<GateSeen>
  /** Heads of other people's pull requests that have their gate. */
  gated: Lru<true>
  /** Commits on which it is said what is wrong with their configuration. */
  warned: Lru<true>
  /** Landings that may be on the default branch though their issues are open, and since when; null before the first look. */
  arriving: Map<Sha, Instant> | null
  /** By head: when GitHub was asked to bring it up to date. */
  updates: Map<Sha, Instant>
  /** What was proposed, or may not be, by branch. `over`: people have decided. */
  proposed: Lru<'proposed' | 'over'>
  /** Some commit had a commit status: then each head is asked for them. */
  usesStatuses: boolean
  /** False once the later version of the API was refused (GHES). */
  laterVersion: boolean
  /** False once a dispatch with `return_run_details` was refused (GHES). */
  runDetails: boolean
}

/** `size`: characters of the answer. */
export type Page = { etag: string; body: unknown; more: boolean; size: number }

/** What an issue's timeline tells. */
export type Story = {
  timeline: TimelineFact[]
  statusComment: StatusComment | null
}

/** `at`: when this process wrote it; null where that is long ago, or it was only read. `past`: how the same one stood before, as a list may still show it. */
export type GateSeen = { gate: GateFact; at: Instant | null; past: readonly GateFact[] }

export type Refusal = {
  head: Sha
  why: string
  at: Instant
  times: number
  /** Over in a moment. */
  passing: boolean
  reviews: number | null
  seen: string | null
}

/** Null while GitHub still computes it, which it has done since `unsure`. Counts say what need not be asked for. */
export type PullStanding = {
  mergeable: boolean | null
  unsure: Instant | null
  comments: number
  reviews: number
}

export type PullSeen = PullStanding & {
  pull: PullWire | FullPullWire
  merged: boolean
  /** Null also where the merge's answer was lost. */
  mergedSha: Sha | null
}

export type Echo = { at: Instant; comments: number; added: Set<string>; removed: Set<string> }

/** Who changed a title or a body last. */
export type Edit = { at: Instant; by: Actor | null }
type EditsSeen = {
  updatedAt: string
  title: string
  body: string | null
  parent: string | null
  edits: readonly Edit[]
  nested: Instant | null
  freed: Instant | null
}

export type LedgerMemory = {
  head: Sha
  /** Heads that our own writes left behind since the last look: a listing may still show them. */
  past: Set<Sha>
  /** Blob by path; null where we wrote the content ourselves and never asked for its SHA. */
  blobs: Map<string, { sha: Sha | null; bytes: number }>
  controls: Opened<Controls>
  records: Map<TaskId, Opened<TaskRecord>>
  /** Parts of the logs that this process wrote last, by path. */
  logs: Map<string, string>
}

/** Characters of remembered answers; what they are read into takes a few times that. */
const PAGES = 32_000_000

export function createMemory(): RepoMemory {
  return {
    pages: createLru(PAGES, page => page.size),
    lengths: createLru(20_000),
    objects: createLru(20_000),
    trees: createLru(200_000, ({ tree }) => tree?.size ?? 1),
    combinesAfter: 0,
    collisions: new Set(),
    clashes: createLru(5_000),
    unrepeatable: createLru(5_000),
    queue: null,
    enqueued: new Map(),
    refused: createLru(5_000),
    look: null,
    home: null,
    repo: null,
    botId: null,
    ledger: null,
    newest: createLru(20_000),
    closedIssues: new Map(),
    quiet: createLru(50_000),
    commanded: createLru(20_000),
    called: createLru(1000),
    tasks: new Map(),
    stories: createLru(20_000),
    echoes: new Map(),
    labels: createLru(5_000),
    bystanders: createLru(5_000),
    noIssues: createLru(100_000),
    orphaned: createLru(100_000),
    cancelled: createLru(1_000),
    openTasks: new Set(),
    askedParents: new Set(),
    edits: createLru(20_000),
    pulls: new Map(),
    standings: createLru(5_000),
    begun: createLru(2_000),
    checkToldAt: 0,
    runs: new Map(),
    runToldAt: 0,
    judging: { key: null, runs: new Map(), sent: new Map(), rights: [], took: new Map() },
    foreign: null,
    claimed: createLru(5_000),
    admission: { moved: new Map(), at: 0, outrun: new Set() },
    dispatches: createLru(20_000),
    made: createLru(5_000),
    worded: createLru(5_000),
    refusals: createLru(5_000),
    rules: { read: createLru(100), changed: 0 },
    unreviewable: createLru(5_000),
    strictUntil: 0,
    // More than any repository has open: those forgotten would be asked for again without end.
    landed: createLru(1_000),
    gates: createLru(5_000),
    gated: createLru(100_000),
    warned: createLru(1_000),
    arriving: null,
    updates: new Map(),
    proposed: createLru(1_000),
    usesStatuses: false,
    laterVersion: true,
    runDetails: true,
  }
}
