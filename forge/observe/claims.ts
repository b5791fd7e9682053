import { parseEnvelope } from '../../core/envelope.ts'
import type { TaskId } from '../../core/names.ts'
import type { Parsed } from '../../core/problem.ts'
import { parseReport, type Report } from '../../core/report.ts'
import { parseTicket, type Ticket } from '../../core/ticket.ts'
import type { ClaimFacts, Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { type CommitFact, readCommits } from './commits.ts'
import type { TaskRefs } from './refs.ts'

export type Handed = {
  claims: ClaimFacts[]
  reports: Map<number, { sha: Sha; report: Parsed<Report> }>
}

/** Reads what claims and reports of these tasks say, all of them at once. */
export async function readHanded(
  forge: Forge,
  tasks: ReadonlyMap<TaskId, TaskRefs>,
): Promise<Map<TaskId, Handed>> {
  const shas = [...tasks.values()].flatMap(refs => [...refs.claims.values(), ...refs.reports.values()])
  const commits = await readCommits(forge, shas)
  return new Map([...tasks].map(([task, refs]) => [task, handedOf(forge, { task, refs, commits })]))
}

type Source = { task: TaskId; refs: TaskRefs; commits: ReadonlyMap<Sha, CommitFact> }

function handedOf(forge: Forge, { task, refs, commits }: Source): Handed {
  const claims = [...refs.claims]
    .sort(([a], [b]) => a - b)
    .map(([attempt, sha]) => claimOf(forge, { task, attempt, sha, commit: commits.get(sha)! }))
  const reports = [...refs.reports].map(
    ([attempt, sha]) => [attempt, { sha, report: reportOf(commits.get(sha)!, task, attempt) }] as const,
  )
  return { claims, reports: new Map(reports) }
}

type Claim = { task: TaskId; attempt: number; sha: Sha; commit: CommitFact }

/** A genuine claim copied to another name is not a claim: the sealed ticket says which it is for. */
function claimOf(forge: Forge, { task, attempt, sha, commit }: Claim): ClaimFacts {
  const base = commit.parents[0] ?? ''
  const envelope = parseEnvelope(commit.message)
  const ticket: Parsed<Ticket> =
    envelope === null ? notAnEnvelope('ticket') : parseJson(envelope.json, parseTicket)
  const named = ticket.ok && ticket.value.task === task && ticket.value.attempt === attempt
  const signed =
    envelope !== null && envelope.seal !== null && forge.seal.holds(base, envelope.json, envelope.seal)
  const dispatch = forge.memory.dispatches.get(sha) ?? null
  return { attempt, sha, base, at: commit.at, sealed: signed && (named || !ticket.ok), dispatch, ticket }
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
