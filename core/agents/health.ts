import { newestClaim } from '../attempt/attempt.ts'
import type { Instant, TaskFacts, World } from '../world.ts'
import { type FailureKind, remedyOf } from './failure.ts'

/** A service that failed may have room again after so long. Milliseconds. */
const SICK = 10 * 60_000

/** Agents whose service failed them just now, on whatever task, and what was wrong: new work does not have to find out again. */
export function findUnwell({ tasks }: Pick<World, 'tasks'>, now: Instant): ReadonlyMap<string, FailureKind> {
  const latest = new Map<string, { at: Instant; failure: FailureKind | null }>()
  for (const task of tasks) {
    const end = task.reports.size === 0 ? null : endOf(task)
    if (end === null || now - end.at > SICK) continue
    const known = latest.get(end.agent)
    if (known === undefined || known.at < end.at) latest.set(end.agent, end)
  }
  const unwell = new Map<string, FailureKind>()
  for (const [agent, { failure }] of latest) {
    if (failure !== null && remedyOf(failure) === 'other-agent') unwell.set(agent, failure)
  }
  return unwell
}

/** How the newest attempt of a task went for its agent; null while there is no report. */
function endOf(task: TaskFacts): { agent: string; at: Instant; failure: FailureKind | null } | null {
  const claim = newestClaim(task)
  const report = claim === null ? undefined : task.reports.get(claim.attempt)?.report
  if (claim === null || !claim.ticket.ok || report === undefined || !report.ok) return null
  const run = task.runs.find(one => one.attempt === claim.attempt && one.receipt !== null)
  return {
    agent: claim.ticket.value.agent.name,
    at: run?.updatedAt ?? claim.at,
    failure: report.value.failure,
  }
}
