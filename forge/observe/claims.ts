import type { Takeover } from '../../core/attempt/dispatching.ts'
import { parseEnvelope, sealedText } from '../../core/contract/envelope.ts'
import type { Parsed } from '../../core/contract/problem.ts'
import { parseReport, type Report } from '../../core/contract/report.ts'
import { parseTicket, type Ticket } from '../../core/contract/ticket.ts'
import type { TaskId } from '../../core/names.ts'
import type { ClaimFacts, Instant, Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { type CommitFact, readCommits } from './commits.ts'
import type { TaskRefs } from './refs.ts'

export type Reports = Map<number, { sha: Sha; report: Parsed<Report> }>

type Refs = ReadonlyMap<TaskId, Pick<TaskRefs, 'claims' | 'reports' | 'takeovers'>>

/** What the claims of these tasks say, rising; all of them at once. `kind`: of attempts, or of reviews. */
export async function readClaims(
  forge: Forge,
  tasks: Refs,
  kind: Kind = 'attempt',
): Promise<Map<TaskId, ClaimFacts[]>> {
  const commits = await readCommits(forge, [...shasOf(tasks, 'claims'), ...shasOf(tasks, 'takeovers')])
  const read = (sha: Sha) => ({ sha, commit: commits.get(sha)! })
  const claimsOf = (task: TaskId, { claims, takeovers }: Pick<TaskRefs, 'claims' | 'takeovers'>) =>
    [...claims]
      .sort(([a], [b]) => a - b)
      .map(([attempt, sha]) => {
        const over = takeovers.get(attempt)
        const claim = claimOf(forge, { task, attempt, kind, ...read(sha) })
        return over === undefined
          ? claim
          : { ...claim, takeover: takeoverOf({ claim: read(sha), over: read(over) }, forge.now()) }
      })
  return new Map([...tasks].map(([task, refs]) => [task, claimsOf(task, refs)]))
}

/** What their reports say. */
export async function readReports(forge: Forge, tasks: Refs): Promise<Map<TaskId, Reports>> {
  const commits = await readCommits(forge, shasOf(tasks, 'reports'))
  const reportsOf = (task: TaskId, { reports }: Pick<TaskRefs, 'reports'>): Reports =>
    new Map(
      [...reports]
        .sort(([a], [b]) => a - b)
        .map(([attempt, sha]) => [attempt, { sha, report: reportOf(commits.get(sha)!, task, attempt) }]),
    )
  return new Map([...tasks].map(([task, refs]) => [task, reportsOf(task, refs)]))
}

function shasOf(tasks: Refs, kind: 'claims' | 'reports' | 'takeovers'): Sha[] {
  return [...tasks.values()].flatMap(refs => [...refs[kind].values()])
}

type Kind = 'attempt' | 'review'
type Claim = { task: TaskId; attempt: number; kind: Kind; sha: Sha; commit: CommitFact }

/** A genuine claim copied to another name is not a claim: the sealed ticket says which it is for. */
function claimOf(forge: Forge, { task, attempt, kind, sha, commit }: Claim): ClaimFacts {
  const base = commit.parents[0] ?? ''
  const envelope = parseEnvelope(commit.message)
  const ticket: Parsed<Ticket> =
    envelope === null ? notAnEnvelope('ticket') : parseJson(envelope.json, parseTicket)
  const named = ticket.ok && isNamed(ticket.value, { task, attempt, kind })
  const signed =
    envelope !== null &&
    envelope.seal !== null &&
    forge.seals.claims.holds(sealedText(base, envelope.json), envelope.seal) !== null
  const dispatch = forge.memory.dispatches.get(sha) ?? null
  const sealed = signed && (named || !ticket.ok)
  return { attempt, sha, base, at: commit.at, sealed, dispatch, takeover: null, ticket }
}

type Read = { sha: Sha; commit: CommitFact }

/** Our clock and GitHub's. Milliseconds. */
const CLOCKS_DIFFER = 60_000

/** Not of a time to come: whoever may push writes into commits what they like. */
export function isSoon(at: Instant, now: Instant): boolean {
  return at <= now + CLOCKS_DIFFER
}

/**
 * It says what the claim says, under the claim's seal, only later: any other commit that was put there gives nobody time.
 */
function takeoverOf({ claim, over }: { claim: Read; over: Read }, now: Instant): Takeover {
  const isGenuine =
    over.commit.message === claim.commit.message &&
    over.commit.parents[0] === claim.commit.parents[0] &&
    isSoon(over.commit.at, now)
  return { sha: over.sha, at: isGenuine ? over.commit.at : 0, since: isGenuine ? claim.commit.at : 0 }
}

function isNamed(ticket: Ticket, { task, attempt, kind }: Omit<Claim, 'sha' | 'commit'>): boolean {
  return (
    ticket.task === task && ticket.attempt === attempt && (ticket.kind === 'review') === (kind === 'review')
  )
}

function reportOf(commit: CommitFact, task: TaskId, attempt: number): Parsed<Report> {
  const envelope = parseEnvelope(commit.message)
  if (envelope === null) return notAnEnvelope('report')
  const report = parseJson(envelope.json, parseReport)
  if (!report.ok || (report.value.task === task && report.value.attempt === attempt)) return report
  const message = `it is of ${report.value.task} #${report.value.attempt}`
  return { ok: false, problems: [{ path: 'task', message }] }
}

function notAnEnvelope(what: string): { ok: false; problems: { path: string; message: string }[] } {
  return { ok: false, problems: [{ path: '', message: `the commit's message holds no ${what}` }] }
}

function parseJson<T>(json: string, parse: (value: unknown) => Parsed<T>): Parsed<T> {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return { ok: false, problems: [{ path: '', message: 'not JSON' }] }
  }
  return parse(value)
}
