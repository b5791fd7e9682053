import type { CheckFacts, GateFact } from '../../core/check.ts'
import { GATE_CHECK } from '../../core/names.ts'
import type { Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { readList, readPages } from '../read.ts'
import type { CheckRunSeen, CheckRunWire, StatusWire } from '../wire.ts'
import { instant } from './actor.ts'
import { isGate, newestGate } from './gate.ts'
import { readJob } from './job.ts'
import { readSources } from './sources.ts'
import { readTail } from './tail.ts'

/** What a sight of the pull request brought along already. `statuses`: are there commit statuses? Null: not asked. */
type Seen = { runs: readonly CheckRunSeen[]; statuses: boolean | null }

/**
 * Check runs and commit statuses on a head, newest of each name; our gate apart from the others. Statuses are asked for
 * where the repository uses them, where a required name is missing among the check runs, and where none is required:
 * then whatever reports counts, and a red status must not go unseen. Not while the sight says that there are none, nor
 * while check runs are under way, as nothing is decided before they end.
 * @param again may what is red be asked a second time?
 */
export async function readChecks(
  forge: Forge,
  sha: Sha,
  { required, sight, again }: { required: readonly string[]; sight: Seen | null; again: boolean },
): Promise<{ checks: CheckFacts[]; gate: GateFact | null }> {
  const runs = sight?.runs ?? (await readCheckRuns(forge, sha))
  const others = runs.filter(run => !isGate(forge, run))
  const wanted = required.filter(name => name !== GATE_CHECK)
  const missing = wanted.some(name => !others.some(run => run.name === name))
  const due = (wanted.length === 0 || missing) && !isBusy(forge, runs)
  const mayHave = sight?.statuses ?? (due || forge.memory.usesStatuses)
  const statuses = mayHave ? await readStatuses(forge, sha) : []
  if (statuses.length > 0) forge.memory.usesStatuses = true
  const sources = await readSources(forge, others)
  const checks = await Promise.all(
    others.map(run => checkOf(forge, run, { source: sources.get(run.id) ?? null, again })),
  )
  return { checks: [...checks, ...statuses.map(statusOf)], gate: newestGate(forge, { head: sha, runs }) }
}

/** Those of others that have not ended. */
export function listUnderWay(forge: Forge, runs: readonly CheckRunSeen[]): Promise<CheckFacts[]> {
  const open = runs.filter(run => run.status !== 'completed' && !isGate(forge, run))
  return Promise.all(open.map(run => checkOf(forge, run, { source: null, again: false })))
}

/** Is some check of others under way? */
export function isBusy(forge: Forge, runs: readonly CheckRunSeen[]): boolean {
  return runs.some(run => run.status !== 'completed' && !isGate(forge, run))
}

/** @param name only checks of that name. */
export function readCheckRuns(forge: Forge, sha: Sha, name?: string): Promise<CheckRunWire[]> {
  const path = '/repos/{owner}/{repo}/commits/{ref}/check-runs'
  const query = { ref: sha, filter: 'latest', ...(name === undefined ? {} : { check_name: name }) }
  return readPages(forge, path, query, { items: (body: { check_runs: CheckRunWire[] }) => body.check_runs })
}

/** The plain list rather than the combined status, which embeds a repository that changes all the time. */
async function readStatuses(forge: Forge, sha: Sha): Promise<StatusWire[]> {
  const path = '/repos/{owner}/{repo}/commits/{ref}/statuses'
  const newestFirst = await readList<StatusWire>(forge, path, { ref: sha })
  return newestFirst.filter(
    (status, i) => newestFirst.findIndex(other => other.context === status.context) === i,
  )
}

async function checkOf(
  forge: Forge,
  run: CheckRunSeen,
  { source, again }: { source: string | null; again: boolean },
): Promise<CheckFacts> {
  const isRed = run.conclusion === 'failure' || run.conclusion === 'timed_out'
  return {
    kind: 'check',
    name: run.name,
    appId: run.app?.id ?? null,
    source,
    status: statusWord(run.status),
    conclusion: run.conclusion,
    url: run.html_url ?? run.details_url,
    id: run.id,
    startedAt: instant(run.started_at),
    endedAt: run.completed_at == null ? null : instant(run.completed_at),
    tail: run.conclusion === 'failure' ? await readTail(forge, run) : null,
    job: again && isRed ? await readJob(forge, run) : null,
  }
}

function statusOf(status: StatusWire): CheckFacts {
  const pending = status.state === 'pending'
  return {
    kind: 'status',
    name: status.context,
    appId: null,
    source: null,
    status: pending ? 'in_progress' : 'completed',
    conclusion: pending ? null : status.state === 'success' ? 'success' : 'failure',
    url: status.target_url,
    id: status.id,
    startedAt: instant(status.created_at),
    endedAt: pending ? null : instant(status.updated_at),
    tail: null,
    job: null,
  }
}

/** `waiting`, `requested` and `pending` are GitHub's words for a job that has not begun. */
function statusWord(status: string): CheckFacts['status'] {
  return status === 'completed' || status === 'in_progress' ? status : 'queued'
}
