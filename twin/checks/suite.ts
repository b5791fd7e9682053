import { timestamp } from '../clock.ts'
import { emit } from '../emit.ts'
import { api } from '../issues/address.ts'
import { appJson } from '../issues/via.ts'
import { type Actor, nodeId, type Repo, type TwinState, takeId } from '../state.ts'
import type { CheckConclusion, CheckRun, CheckSuite } from './state.ts'

export type SuiteOf = { appId: number; head_sha: string; head_branch?: string | null | undefined }

/** One suite for an app and a commit; Actions asks for one of its own for each run. */
export function ensureSuite(state: TwinState, repo: Repo, of: SuiteOf): CheckSuite {
  const known = [...repo.checkSuites.values()].find(
    suite => suite.appId === of.appId && suite.head_sha === of.head_sha,
  )
  return known ?? createSuite(state, repo, of)
}

export function createSuite(state: TwinState, repo: Repo, of: SuiteOf, _by?: Actor): CheckSuite {
  const id = takeId(state)
  const suite: CheckSuite = {
    id,
    node_id: nodeId('CS', id),
    appId: of.appId,
    head_sha: of.head_sha,
    head_branch: of.head_branch ?? branchOf(repo, of.head_sha),
    created_at: timestamp(state.clock.now()),
  }
  repo.checkSuites.set(id, suite)
  return suite
}

function branchOf(repo: Repo, sha: string): string | null {
  for (const pull of repo.pulls.values()) if (pull.head.sha === sha) return pull.head.ref
  return null
}

export function tellSuite(
  state: TwinState,
  repo: Repo,
  told: { suite: CheckSuite; action: 'requested' | 'completed' | 'rerequested' },
  by: Actor,
): void {
  emit(state, {
    repo,
    event: 'check_suite',
    action: told.action,
    by,
    payload: { check_suite: suiteJson(state, repo, told.suite) },
  })
}

/** The newest run of each name: what counts when runs were repeated. */
export function latestRuns(repo: Repo, suiteId: number): CheckRun[] {
  const newest = new Map<string, CheckRun>()
  for (const run of repo.checkRuns.values()) if (run.suiteId === suiteId) newest.set(run.name, run)
  return [...newest.values()]
}

const WORST: CheckConclusion[] = [
  'action_required',
  'timed_out',
  'startup_failure',
  'failure',
  'cancelled',
  'stale',
  'success',
  'neutral',
  'skipped',
]

/** A suite is as far, and as bad, as the worst of its runs. */
export function suiteVerdict(repo: Repo, suite: CheckSuite) {
  const runs = latestRuns(repo, suite.id)
  if (runs.length === 0) return { status: 'queued' as const, conclusion: null, runs: 0 }
  if (runs.some(run => run.status !== 'completed')) {
    const status = runs.every(run => run.status === 'queued') ? ('queued' as const) : ('in_progress' as const)
    return { status, conclusion: null, runs: runs.length }
  }
  const conclusion = WORST.find(each => runs.some(run => run.conclusion === each)) ?? null
  return { status: 'completed' as const, conclusion, runs: runs.length }
}

export function suiteJson(state: TwinState, repo: Repo, suite: CheckSuite): Record<string, unknown> {
  const verdict = suiteVerdict(repo, suite)
  const url = `${api(state, repo)}/check-suites/${suite.id}`
  return {
    id: suite.id,
    node_id: suite.node_id,
    head_branch: suite.head_branch,
    head_sha: suite.head_sha,
    status: verdict.status,
    conclusion: verdict.conclusion,
    url,
    before: null,
    after: suite.head_sha,
    pull_requests: pullsAt(state, repo, suite.head_sha),
    app: appJson(state, suite.appId),
    created_at: suite.created_at,
    updated_at: suite.created_at,
    rerequestable: true,
    runs_rerequestable: true,
    latest_check_runs_count: verdict.runs,
    check_runs_url: `${url}/check-runs`,
    head_commit: { id: suite.head_sha },
  }
}

/** Open pull requests with this head, in the short form of checks and runs. */
export function pullsAt(state: TwinState, repo: Repo, sha: string): Record<string, unknown>[] {
  const short = { id: repo.id, url: api(state, repo), name: repo.name }
  return [...repo.pulls.values()]
    .filter(pull => pull.head.sha === sha && repo.issues.get(pull.number)?.state === 'open')
    .map(pull => ({
      id: pull.id,
      number: pull.number,
      url: `${api(state, repo)}/pulls/${pull.number}`,
      head: { ref: pull.head.ref, sha: pull.head.sha, repo: short },
      base: { ref: pull.base.ref, sha: pull.base.sha, repo: short },
    }))
}
