import { contendersOf } from '../agents/race.ts'
import { type AttemptState, genuineRuns, judgeAttempt, newestClaim } from '../attempt/attempt.ts'
import type { Report } from '../contract/report.ts'
import type { AgentSpec, Ticket } from '../contract/ticket.ts'
import type { TaskRecord } from '../ledger.ts'
import { reviewsOf } from '../review/tries.ts'
import type { ClaimFacts, Instant, TaskFacts, World } from '../world.ts'
import { type Amount, addAmounts, NOTHING, type UsageEvent } from './usage.ts'

/**
 * What an attempt counts for: while it is under way what was set aside for it; after that what it used. `events`: a line
 * for each agent that was at it; null while it is under way.
 */
export type Charge = {
  claim: ClaimFacts
  ticket: Ticket
  amount: Amount
  events: readonly UsageEvent[] | null
}

type Context = Pick<World, 'app' | 'repo'> & { now: Instant }

/** A claim of an attempt that was ended before it was dispatched never gets a run. Milliseconds. */
const UNSTARTED = 120_000

/** Of the attempts after `settled`, oldest first. */
export function chargesOf(task: TaskFacts, settled: number, context: Context): Charge[] {
  const newest = newestClaim(task)
  return task.claims.flatMap((claim): Charge[] => {
    if (claim.attempt <= settled || !claim.sealed || !claim.ticket.ok) return []
    const ticket = claim.ticket.value
    const end = claim === newest ? endOf(task, context) : reportOf(task, claim.attempt, context)
    if (end === null) return [{ claim, ticket, amount: reservedBy(ticket), events: null }]
    const events = contendersOf(ticket).map((agent, at) =>
      writeEvent(task, claim, { ticket, end, agent, at }),
    )
    const amount = events.map(event => event.charged).reduce(addAmounts)
    return [{ claim, ticket, amount, events }]
  })
}

/** Of all that is not in the accounts yet, attempts and reviews. */
export function chargesOfAll(task: TaskFacts, context: Context): Charge[] {
  const { settled, settledReviews } = task.record ?? UNSETTLED
  const attempts = chargesOf(task, settled, context)
  if (task.reviews.claims.length === 0) return attempts
  return [...attempts, ...chargesOf(reviewsOf(task), settledReviews, context)]
}

export const UNSETTLED = { settled: 0, settledReviews: 0 }

/** Lines for attempts and reviews that are over. `through`: how far each of the two is settled with them. */
export type Settled = { events: readonly UsageEvent[]; through: Partial<Through> }

export function settleAll(task: TaskFacts, record: Through, context: Context): Settled {
  const attempts = settle(task, record.settled, context)
  const reviews =
    task.reviews.claims.length === 0 ? [] : settle(reviewsOf(task), record.settledReviews, context)
  return {
    events: [...attempts, ...reviews],
    through: {
      settled: attempts.at(-1)?.attempt ?? record.settled,
      settledReviews: reviews.at(-1)?.attempt ?? record.settledReviews,
    },
  }
}

type Through = Pick<TaskRecord, 'settled' | 'settledReviews'>

/** Lines for those that are over. An attempt is settled after all before it: one number says how far it has come. */
export function settle(task: TaskFacts, settled: number, context: Context): UsageEvent[] {
  const lines: UsageEvent[] = []
  for (const { events } of chargesOf(task, settled, context)) {
    if (events === null) break
    lines.push(...events)
  }
  return lines
}

function reservedBy({ account }: Ticket): Amount {
  return account?.reserved ?? NOTHING
}

/** What was set aside is for all of them alike. */
function shareOf({ usd, tokens }: Amount, ticket: Ticket): Amount {
  const { length } = contendersOf(ticket)
  return { usd: usd / length, tokens: Math.ceil(tokens / length) }
}

type End = { report: Report | null; run: number | null; started: boolean }

/**
 * Of an attempt that is over, whatever became of it. Anyone who may push can make or move the ref of a report: one that no
 * run of ours vouched for says nothing, and what was set aside is charged.
 */
export function reportOf(task: TaskFacts, attempt: number, { app, repo }: Omit<Context, 'now'>): End {
  const known = task.reports.get(attempt)
  const run = genuineRuns(task, attempt, { app, defaultBranch: repo.defaultBranch }).find(
    ({ receipt }) => receipt !== null && receipt.report === known?.sha,
  )
  const report = run !== undefined && known?.report.ok ? known.report.value : null
  return { report, run: run?.id ?? null, started: true }
}

/** Null while it is under way. */
function endOf(task: TaskFacts, context: Context): End | null {
  const { app, repo, now } = context
  const state: AttemptState = judgeAttempt(task, app, repo.defaultBranch)
  switch (state.is) {
    case 'ended':
      return { report: state.report, run: state.run.id, started: true }
    case 'lost':
      return { ...reportOf(task, state.claim.attempt, context), run: state.run.id }
    case 'void': {
      const known = reportOf(task, state.attempt, context)
      if (known.report !== null) return known
      if (state.run !== null) return null
      const ran = task.runs.some(run => run.attempt === state.attempt)
      const claimed = newestClaim(task)?.at ?? 0
      return ran || now - claimed > UNSTARTED ? { ...known, started: ran } : null
    }
    default:
      return null
  }
}

/** Outcomes before any agent was started. */
const BEFORE: readonly string[] = ['setup-failed', 'cannot-run', 'superseded']

/** Who of those at it, and its place among them. */
type Line = { ticket: Ticket; end: End; agent: AgentSpec; at: number }

/** What the report says of one of those at the attempt: of the only one, all that it says. */
function partOf({ ticket, end, at }: Line): Pick<Report, 'outcome' | 'usage'> | null {
  if (ticket.race === undefined || end.report === null) return end.report
  // One that says nothing of them all leaves open who used what.
  const { outcome, race } = end.report
  return race?.contenders[at] ?? { outcome, usage: null }
}

function writeEvent(task: TaskFacts, claim: ClaimFacts, line: Line): UsageEvent {
  const { ticket, agent } = line
  const { run, started } = line.end
  const part = partOf(line)
  const usage = part?.usage ?? null
  const nothing = !started || (usage === null && BEFORE.includes(part?.outcome ?? ''))
  const tokens = nothing
    ? { in: 0, out: 0, cached: 0 }
    : {
        in: usage?.tokens_in ?? null,
        out: usage?.tokens_out ?? null,
        cached: usage?.tokens_cached ?? null,
      }
  const cost = nothing ? 0 : (usage?.cost_usd ?? null)
  const reserved = shareOf(reservedBy(ticket), ticket)
  return {
    at: claim.at,
    task: task.id,
    issue: task.issue.number,
    attempt: claim.attempt,
    kind: ticket.kind,
    run,
    agent: agent.name,
    model: usage?.model ?? agent.model,
    work: ticket.account?.work ?? 'other',
    epic: ticket.account?.epic ?? null,
    by: ticket.account?.by ?? null,
    outcome: started ? (part?.outcome ?? 'lost') : 'not-started',
    tokens_in: tokens.in,
    tokens_out: tokens.out,
    tokens_cached: tokens.cached,
    cost_usd: cost,
    seconds: usage?.seconds ?? 0,
    charged: {
      usd: cost ?? reserved.usd,
      tokens: tokens.in === null || tokens.out === null ? reserved.tokens : tokens.in + tokens.out,
    },
    context: contextOf(line),
    continues: ticket.continues !== null,
    rival: line.at !== winnerOf(line),
  }
}

/** Who stands for an attempt: where no report says who won, the first. */
function winnerOf({ end }: Line): number {
  return end.report?.race?.winner ?? 0
}

/** Reports measure whoever won. One that was told nothing never began. */
function contextOf(line: Line): UsageEvent['context'] {
  const { report } = line.end
  if (report === null || report.context.total_bytes === 0 || line.at !== winnerOf(line)) return null
  const { total_bytes, planning_bytes, first_request_bytes, largest_request_bytes, session_reuse } =
    report.context
  return {
    told: total_bytes,
    planning: planning_bytes ?? null,
    asked: first_request_bytes ?? null,
    largest: largest_request_bytes ?? null,
    sessions: session_reuse,
  }
}
