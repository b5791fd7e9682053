import { contendersOf, makerOf } from '../agents/race.ts'
import type { Report } from '../contract/report.ts'
import { CALLER_PATH, parsePullMarker, type TicketKind } from '../names.ts'
import type { AppFacts, ClaimFacts, RunFacts, Sha, TaskFacts } from '../world.ts'

/** How the newest attempt of a task stands, judged from its claim, its runs and what the deliver job vouched for. */
export type AttemptState =
  | { is: 'none' }
  /** Stopped, closed or given up since the claim: whatever it brings does not count. */
  | { is: 'void'; attempt: number; run: RunFacts | null }
  | { is: 'unclaimed'; attempt: number; why: string }
  | { is: 'pending'; claim: ClaimFacts }
  | { is: 'running'; claim: ClaimFacts; run: RunFacts }
  /** The run is over, but what it pushed is not readable yet. */
  | { is: 'settling'; claim: ClaimFacts; run: RunFacts }
  | { is: 'ended'; claim: ClaimFacts; run: RunFacts; report: Report; head: Sha | null }
  /** It brought nothing that counts. */
  | { is: 'lost'; claim: ClaimFacts; run: RunFacts; why: string }

export function judgeAttempt(task: TaskFacts, app: AppFacts, defaultBranch: string): AttemptState {
  const claim = newestClaim(task)
  if (claim === null) return { is: 'none' }
  const runs = genuineRuns(task, claim.attempt, { app, defaultBranch })
  const run = chooseRun(runs)
  if (isVoid(task, claim)) return { is: 'void', attempt: claim.attempt, run: runs.find(isUnfinished) ?? null }
  if (!claim.sealed)
    return { is: 'unclaimed', attempt: claim.attempt, why: 'its claim was not made by this app' }
  if (!claim.ticket.ok)
    return {
      is: 'unclaimed',
      attempt: claim.attempt,
      why: 'its ticket is of a version that this app does not know',
    }
  if (run === null) return { is: 'pending', claim }
  if (isUnfinished(run)) return { is: 'running', claim, run }
  return judgeEnd(task, claim, run)
}

/**
 * The claim with the highest number that counts. One that this app did not seal only takes up its number, and only when it
 * is the next: whoever may push could else put a task out of reach with a single huge number.
 */
export function newestClaim({ claims }: Pick<TaskFacts, 'claims'>): ClaimFacts | null {
  let newest: ClaimFacts | null = null
  for (const claim of claims) {
    if (claim.sealed || claim.attempt === (newest?.attempt ?? 0) + 1) newest = claim
  }
  return newest
}

/** What its run is for; work where its ticket cannot be read. */
export function kindOf({ ticket }: Pick<ClaimFacts, 'ticket'>): TicketKind {
  return ticket.ok ? ticket.value.kind : 'work'
}

/** Ours, of the attempt that the task's pull request shows. */
export function shownClaim({ claims, pull }: Pick<TaskFacts, 'claims' | 'pull'>): ClaimFacts | null {
  const shown = pull === null ? null : parsePullMarker(pull.body)
  return claims.find(one => one.sealed && one.attempt === shown?.attempt) ?? null
}

/** Is the task's pull request a plan? The claim of what it shows says so, whatever was asked for since. */
export function showsPlan(task: Pick<TaskFacts, 'claims' | 'pull'>): boolean {
  return isPlan(shownClaim(task))
}

export function isPlan(claim: ClaimFacts | null): boolean {
  return claim !== null && kindOf(claim) === 'plan'
}

/**
 * The attempt with which the work began that this one went on with: each goes on from the head of an earlier one, or starts
 * afresh. The first where that cannot be told.
 */
export function beganAt(task: Pick<TaskFacts, 'claims' | 'attempts'>, attempt: number): number {
  const ticket = task.claims.find(claim => claim.sealed && claim.attempt === attempt)?.ticket
  if (!ticket?.ok) return 1
  const { continues } = ticket.value
  if (continues === null) return attempt
  const before = [...task.attempts].filter(([number, head]) => number < attempt && head === continues)
  return before.length === 0 ? 1 : beganAt(task, Math.max(...before.map(([number]) => number)))
}

/** All that are at it, or were; empty when its ticket cannot be read. */
export function agentsOf({ claims }: Pick<TaskFacts, 'claims'>, attempt: number): string[] {
  const ticket = claims.find(claim => claim.attempt === attempt)?.ticket
  return ticket?.ok ? contendersOf(ticket.value).map(({ name }) => name) : []
}

/** Who made what it shows; null when its ticket cannot be read. */
export function makerName(task: Pick<TaskFacts, 'claims' | 'reports'>, attempt: number): string | null {
  const ticket = task.claims.find(claim => claim.attempt === attempt)?.ticket
  const report = task.reports.get(attempt)?.report
  return ticket?.ok ? makerOf(ticket.value, report?.ok ? report.value.race : undefined).name : null
}

/** A run counts only if this app dispatched the caller on the default branch, and nobody ran it again. */
export function genuineRuns(
  task: Pick<TaskFacts, 'runs' | 'claims'>,
  attempt: number,
  by: { app: AppFacts; defaultBranch: string },
): RunFacts[] {
  const claim = task.claims.find(one => one.attempt === attempt)
  const kind = claim === undefined ? 'work' : kindOf(claim)
  return task.runs.filter(run => run.kind === kind && run.attempt === attempt && isOurRun(run, by))
}

/** Whoever may push can start any workflow on a branch of his own; on the default branch, and as this app, nobody else can. */
export function isOurRun(
  run: Pick<RunFacts, 'path' | 'branch' | 'event' | 'actorId'>,
  { app, defaultBranch }: { app: AppFacts; defaultBranch: string },
): boolean {
  return (
    run.path === CALLER_PATH &&
    run.branch === defaultBranch &&
    run.event === 'workflow_dispatch' &&
    run.actorId === app.botId
  )
}

/** How far the ref of an attempt is the commit that a run of ours handed over: anyone who may push can move a ref. */
export type Voucher = 'vouched' | 'contradicted' | 'unknown'

export function checkVoucher(
  task: TaskFacts,
  attempt: number,
  by: { app: AppFacts; defaultBranch: string },
): Voucher {
  const receipts = genuineRuns(task, attempt, by).flatMap(({ receipt }) => receipt ?? [])
  if (receipts.length === 0) return 'unknown'
  const head = task.attempts.get(attempt) ?? null
  return receipts.some(receipt => receipt.attempt === head) ? 'vouched' : 'contradicted'
}

/** A dispatch whose answer was lost may have made two runs: the one that vouches for something is the one that worked. */
function chooseRun(runs: readonly RunFacts[]): RunFacts | null {
  const oldestFirst = [...runs].sort((a, b) => a.id - b.id)
  const first = (fits: (run: RunFacts) => boolean) => oldestFirst.find(fits)
  return (
    first(run => run.receipt !== null) ??
    first(isUnfinished) ??
    first(run => run.late) ??
    oldestFirst[0] ??
    null
  )
}

function isUnfinished(run: RunFacts): boolean {
  return run.status !== 'completed'
}

function isVoid(task: TaskFacts, claim: ClaimFacts): boolean {
  if (claim.attempt <= (task.record?.voidThrough ?? 0)) return true
  return task.issue.timeline.some(
    fact => fact.is === 'closed' && fact.at > claim.at && task.pull?.state !== 'merged',
  )
}

function judgeEnd(task: TaskFacts, claim: ClaimFacts, run: RunFacts): AttemptState {
  if (run.runAttempt !== 1)
    return { is: 'lost', claim, run, why: 'its run was started again by hand; re-runs never count' }
  if (run.receipt === null && run.late) return { is: 'settling', claim, run }
  if (run.receipt === null) return { is: 'lost', claim, run, why: explainConclusion(run.conclusion) }
  const attempt = task.attempts.get(claim.attempt) ?? null
  const report = task.reports.get(claim.attempt)
  if (report === undefined || (run.receipt.attempt !== null && attempt === null))
    return { is: 'settling', claim, run }
  if (attempt !== run.receipt.attempt || report.sha !== run.receipt.report) {
    return { is: 'lost', claim, run, why: 'its refs are not the ones that its run vouched for' }
  }
  if (!report.report.ok)
    return { is: 'lost', claim, run, why: 'its report is of a version that this app does not know' }
  const { run: of, base, head } = report.report.value
  if (of !== run.id || head !== attempt || !claim.ticket.ok || base !== claim.ticket.value.base)
    return { is: 'lost', claim, run, why: 'its report is of another run, another base or another commit' }
  return { is: 'ended', claim, run, report: report.report.value, head: attempt }
}

function explainConclusion(conclusion: string | null): string {
  switch (conclusion) {
    case 'cancelled':
      return 'its run was cancelled'
    case 'timed_out':
      return 'its run took longer than GitHub allows'
    case 'startup_failure':
      return 'GitHub could not start the workflow: the caller file or its secrets do not fit'
    case 'failure':
      return 'its run failed before anything was handed over'
    default:
      return `its run ended with "${conclusion ?? 'nothing'}" and handed nothing over`
  }
}
