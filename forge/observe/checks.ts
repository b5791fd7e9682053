import type { CheckFacts, GateFact, Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { readPages } from '../read.ts'
import type { CheckRunWire, StatusWire } from '../wire.ts'
import { instant } from './actor.ts'
import { gateOf, isGate } from './gate.ts'
import { readTail } from './tail.ts'

/** Check runs and commit statuses on a head, newest of each name; our gate apart from the others. */
export async function readChecks(
  forge: Forge,
  sha: Sha,
): Promise<{ checks: CheckFacts[]; gate: GateFact | null }> {
  const [runs, statuses] = await Promise.all([readCheckRuns(forge, sha), readStatuses(forge, sha)])
  const gates = runs.filter(run => isGate(forge, run))
  const gate = gates.toSorted((a, b) => b.id - a.id)[0]
  const others = runs.filter(run => !isGate(forge, run))
  const checks = await Promise.all(others.map(run => checkOf(forge, run)))
  return { checks: [...checks, ...statuses.map(statusOf)], gate: gate === undefined ? null : gateOf(gate) }
}

/** @param name only checks of that name. */
export function readCheckRuns(forge: Forge, sha: Sha, name?: string): Promise<CheckRunWire[]> {
  const path = '/repos/{owner}/{repo}/commits/{ref}/check-runs'
  const query = { ref: sha, filter: 'latest', ...(name === undefined ? {} : { check_name: name }) }
  return readPages(forge, path, query, (body: { check_runs: CheckRunWire[] }) => body.check_runs)
}

function readStatuses(forge: Forge, sha: Sha): Promise<StatusWire[]> {
  const path = '/repos/{owner}/{repo}/commits/{ref}/status'
  return readPages(forge, path, { ref: sha }, (body: { statuses: StatusWire[] }) => body.statuses)
}

async function checkOf(forge: Forge, run: CheckRunWire): Promise<CheckFacts> {
  return {
    kind: 'check',
    name: run.name,
    appId: run.app?.id ?? null,
    status: statusWord(run.status),
    conclusion: run.conclusion,
    url: run.html_url ?? run.details_url,
    id: run.id,
    startedAt: instant(run.started_at),
    tail: run.conclusion === 'failure' ? await readTail(forge, run) : null,
  }
}

function statusOf(status: StatusWire): CheckFacts {
  const pending = status.state === 'pending'
  return {
    kind: 'status',
    name: status.context,
    appId: null,
    status: pending ? 'in_progress' : 'completed',
    conclusion: pending ? null : status.state === 'success' ? 'success' : 'failure',
    url: status.target_url,
    id: status.id,
    startedAt: instant(status.created_at),
    tail: null,
  }
}

/** `waiting`, `requested` and `pending` are GitHub's words for a job that has not begun. */
function statusWord(status: string): CheckFacts['status'] {
  return status === 'completed' || status === 'in_progress' ? status : 'queued'
}
