import { inverse } from './inverse.ts'

/**
 * What Chorus's names look like on GitHub: the only file that knows. Every name is a print/parse pair, so that what was
 * written can be found again and a repetition collides instead of doubling.
 */

/** `bd-k3f9`: the task's id in commits, branches, refs and run titles. */
export type TaskId = string

export const CLAIMS = 'refs/chorus/claims/'
export const ATTEMPTS = 'refs/chorus/attempts/'
export const REPORTS = 'refs/chorus/reports/'
/** Claims of reviews and what came of them; reviews have numbers of their own. */
export const REVIEWS = 'refs/chorus/reviews/'
export const VERDICTS = 'refs/chorus/verdicts/'
/** What lost a race, by its place in it, from 1. Not below the attempt: one ref cannot be a folder of others. */
export const LOSERS = 'refs/chorus/losers/'
export const POOLS = 'refs/chorus/pools/'
/** The namespace as one constant, for listing all at once. */
export const CHORUS_REFS = 'refs/chorus/'
export const LEDGER_BRANCH = 'chorus/ledger'
export const AGENT_BRANCHES = 'agent/'
/** The ledger's branch and the trains', for listing them at once. */
export const OWN_BRANCHES = 'chorus/'
/** Combinations that are judged before they land. */
export const TRAIN_BRANCHES = 'chorus/train/'
/** Holds the one file that tells agents how to work here, until a person decides about it. */
export const GUIDE_BRANCH = `${OWN_BRANCHES}agents-md`
export const GATE_CHECK = 'chorus/gate'
export const CONFIG_CHECK = 'chorus/config'
export const CONFIG_PATH = '.github/chorus.yml'
export const CALLER_PATH = '.github/workflows/chorus.yml'
/** The folders of features, each with its plan and its backlog. */
export const SPECS = 'specs/'
export const BACKLOG_FILE = 'BACKLOG.yaml'
/** The version that the caller file of this release carries in its first line. */
export const CALLER_VERSION = 1
export const SKIP_CI = '[skip ci]'

// 36^4 and 36^6: a multiplier prime to 36 makes n -> n * M + C (mod N) a bijection. Ids look random, so that two of
// them are hard to confuse, need no store, never collide, and lead back to the issue.
const MULTIPLIER = 1_031_201
const OFFSET = 777_241
const SHORT = { size: 1_679_616, digits: 4, back: inverse(MULTIPLIER, 1_679_616) }
const LONG = { size: 2_176_782_336, digits: 6, back: inverse(MULTIPLIER, 2_176_782_336) }

export function printTaskId(issue: number): TaskId {
  const space = issue < SHORT.size ? SHORT : LONG
  const scrambled = (issue * MULTIPLIER + OFFSET) % space.size
  return `bd-${scrambled.toString(36).padStart(space.digits, '0')}`
}

export function parseTaskId(text: string): number | null {
  const digits = /^bd-([0-9a-z]{4}|[0-9a-z]{6})$/.exec(text)?.[1]
  if (digits === undefined) return null
  const space = digits.length === SHORT.digits ? SHORT : LONG
  const scrambled = Number.parseInt(digits, 36)
  const shifted = (scrambled - OFFSET + space.size) % space.size
  const issue = Number((BigInt(shifted) * space.back) % BigInt(space.size))
  return issue > 0 && printTaskId(issue) === text ? issue : null
}

export type AttemptName = { task: TaskId; attempt: number }

/** Reviews are numbered by themselves; of all else the kind makes no difference to its refs. */
type RefName = AttemptName & { kind?: TicketKind }

export function printClaimRef({ kind, task, attempt }: RefName): string {
  return `${kind === 'review' ? REVIEWS : CLAIMS}${task}/${attempt}`
}
export function printAttemptRef(name: AttemptName): string {
  return `${ATTEMPTS}${name.task}/${name.attempt}`
}
export function printReportRef({ kind, task, attempt }: RefName): string {
  return `${kind === 'review' ? VERDICTS : REPORTS}${task}/${attempt}`
}
export function printLoserRef(name: AttemptName & { contender: number }): string {
  return `${LOSERS}${name.task}/${name.attempt}/${name.contender}`
}

export type ChorusRef = AttemptName & {
  kind: 'claim' | 'attempt' | 'report' | 'review' | 'verdict' | 'loser'
}

export function parseChorusRef(ref: string): ChorusRef | null {
  const match =
    /^refs\/chorus\/(claim|attempt|report|review|verdict|loser)s\/(bd-[0-9a-z]+)\/([1-9][0-9]{0,5})(\/[1-9])?$/.exec(
      ref,
    )
  if (match === null || parseTaskId(match[2]!) === null) return null
  if ((match[1] === 'loser') !== (match[4] !== undefined)) return null
  return { kind: match[1] as ChorusRef['kind'], task: match[2]!, attempt: Number(match[3]) }
}

/** What an agent's name in the configuration may be: it becomes part of labels, branches and titles. */
export const AGENT_NAME = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/

export function printBranch(name: { agent: string; task: TaskId }): string {
  return `${AGENT_BRANCHES}${name.agent}/${name.task}`
}

export function parseBranch(branch: string): { agent: string; task: TaskId } | null {
  const match = /^agent\/([a-z0-9-]+)\/(bd-[0-9a-z]+)$/.exec(branch)
  if (match === null || !AGENT_NAME.test(match[1]!) || parseTaskId(match[2]!) === null) return null
  return { agent: match[1]!, task: match[2]! }
}

/** @param key says what is in it, so that the same combination is never built twice. */
export function printTrainBranch(key: string): string {
  return `${TRAIN_BRANCHES}${key}`
}

export function parseTrainBranch(branch: string): string | null {
  return /^chorus\/train\/([0-9a-f]{16})$/.exec(branch)?.[1] ?? null
}

/** Takes back what that pull request landed. */
export function printRevertBranch(pull: number): string {
  return `chorus/revert/${pull}`
}

export function parseRevertBranch(branch: string): number | null {
  const digits = /^chorus\/revert\/([1-9][0-9]{0,9})$/.exec(branch)?.[1]
  return digits === undefined ? null : Number(digits)
}

export const TICKET_KINDS = ['work', 'plan', 'review', 'rebase', 'merge'] as const
export type TicketKind = (typeof TICKET_KINDS)[number]

export function printRunTitle(name: AttemptName & { kind: TicketKind }): string {
  return `chorus ${name.kind} ${name.task} #${name.attempt}`
}

export function parseRunTitle(title: string): (AttemptName & { kind: TicketKind }) | null {
  const match = /^chorus ([a-z]+) (bd-[0-9a-z]+) #([1-9][0-9]{0,5})$/.exec(title)
  const kind = TICKET_KINDS.find(known => known === match?.[1])
  if (match === null || kind === undefined || parseTaskId(match[2]!) === null) return null
  return { kind, task: match[2]!, attempt: Number(match[3]) }
}

/** Hidden in a pull request's body: which attempt it shows. */
export function printPullMarker(name: AttemptName): string {
  return `<!-- chorus:pull ${name.task} #${name.attempt} -->`
}

export function parsePullMarker(body: string): AttemptName | null {
  const match = /<!-- chorus:pull (bd-[0-9a-z]+) #([1-9][0-9]{0,5}) -->/.exec(body)
  if (match === null || parseTaskId(match[1]!) === null) return null
  return { task: match[1]!, attempt: Number(match[2]) }
}

/** Hidden in the text of a review by an agent: which one it is. */
export function printReviewMarker(name: AttemptName): string {
  return `<!-- chorus:review ${name.task} #${name.attempt} -->`
}

/** Hidden in the one status comment of an issue. */
export const STATUS_MARKER = '<!-- chorus:status -->'

export function isStatusComment(body: string): boolean {
  return body.includes(STATUS_MARKER)
}

/** Where the issues of a plan's tasks come from: the other sources are named by formats of files. */
export function printPlanSource(feature: string): string {
  return `plan:${feature}`
}

export function parsePlanSource(source: string): string | null {
  return /^plan:([a-z0-9-]{1,40})$/.exec(source)?.[1] ?? null
}

export type ImportName = { source: string; key: string }

/** First line of an issue that was made from somebody's file: what it was there. */
export function printImportMarker({ source, key }: ImportName): string {
  return `<!-- chorus:import ${encodeURIComponent(source)} ${encodeURIComponent(key)} -->`
}

export function parseImportMarker(body: string): ImportName | null {
  const match = /^<!-- chorus:import ([^\s<>]{1,300}) ([^\s<>]{1,900}) -->/.exec(body)
  if (match === null) return null
  try {
    return { source: decodeURIComponent(match[1]!), key: decodeURIComponent(match[2]!) }
  } catch {
    return null
  }
}

/** `refactor(parser): shorten the loop [bd-k3f9]` */
export function printSubject(subject: string, task: TaskId): string {
  return subject.endsWith(`[${task}]`) ? subject : `${subject} [${task}]`
}

export function printCallerHeader(version: number): string {
  return `# chorus-caller: ${version}`
}

export function parseCallerHeader(text: string): number | null {
  const digits = /^# chorus-caller: ([0-9]{1,6})\s*$/m.exec(text)?.[1]
  return digits === undefined ? null : Number(digits)
}

export function printTaskPath(task: TaskId): string {
  return `tasks/${task}.json`
}

export function parseTaskPath(path: string): TaskId | null {
  const task = /^tasks\/(bd-[0-9a-z]+)\.json$/.exec(path)?.[1]
  return task !== undefined && parseTaskId(task) !== null ? task : null
}

export const CONTROLS_PATH = 'controls.json'
export const LEARNINGS_PATH = 'learnings.md'

/** Lines of a day: what happened, or what attempts used. A new part begins when one has grown, so that a write stays small. */
export type LogName = { log: 'events' | 'usage'; day: string; part: number }

export function printLogPath({ log, day, part }: LogName): string {
  return `${log}/${day}.${part}.jsonl`
}

export function parseLogPath(path: string): LogName | null {
  const match = /^(events|usage)\/([0-9]{4}-[0-9]{2}-[0-9]{2})\.([1-9][0-9]{0,4})\.jsonl$/.exec(path)
  if (match === null) return null
  return { log: match[1] === 'events' ? 'events' : 'usage', day: match[2]!, part: Number(match[3]) }
}

/** Title of the notice by which the deliver job vouches for what it pushed. */
export const RECEIPT_TITLE = 'chorus receipt'
export const WORK_JOB = 'work'
export const DELIVER_JOB = 'deliver'

/** Trailer of commits that an agent wrote. The address can never belong to anybody's account. */
export function printCoAuthor(agent: string): string {
  return `Co-authored-by: ${agent} (agent) <${agent}@chorus.invalid>`
}

/** Hidden in an epic's status comment: how it stood when. */
export function printAsOf(at: number): string {
  return `<!-- chorus:as-of ${at} -->`
}

export function parseAsOf(body: string): number | null {
  const digits = /<!-- chorus:as-of ([0-9]{1,15}) -->/.exec(body)?.[1]
  return digits === undefined ? null : Number(digits)
}

/** Around the answer to a command, inside the status comment. */
export const ANSWER_START = '<!-- chorus:answer -->'
export const ANSWER_END = '<!-- /chorus:answer -->'
