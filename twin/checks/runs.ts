import { ACTIONS_APP_ID } from '../apps/app.ts'
import { timestamp } from '../clock.ts'
import { emit } from '../emit.ts'
import { api, web } from '../issues/address.ts'
import { appJson } from '../issues/via.ts'
import { type Actor, nodeId, type Repo, type TwinState, takeId } from '../state.ts'
import type { Annotation, CheckConclusion, CheckRun, CheckStatus } from './state.ts'
import { ensureSuite, pullsAt, suiteVerdict, tellSuite } from './suite.ts'

export type Output = {
  title?: string | null | undefined
  summary?: string | null | undefined
  text?: string | null | undefined
}

export type NewCheckRun = {
  appId: number
  name: string
  head_sha: string
  head_branch?: string | null | undefined
  /** Absent: the app's suite of this commit. Actions names the suite of its run. */
  suiteId?: number | undefined
  status: CheckStatus
  conclusion?: CheckConclusion | null | undefined
  details_url?: string | null | undefined
  external_id?: string | undefined
  started_at?: string | undefined
  completed_at?: string | undefined
  output?: Output | undefined
  actions?: CheckRun['actions'] | undefined
}

/** A conclusion always means completed. Emits `created`, and `completed` when it is born so. */
export function createCheckRun(state: TwinState, repo: Repo, wanted: NewCheckRun, by: Actor): CheckRun {
  const suiteId = wanted.suiteId ?? ensureSuite(state, repo, wanted).id
  const id = takeId(state)
  const at = timestamp(state.clock.now())
  const run: CheckRun = {
    id,
    node_id: nodeId('CR', id),
    suiteId,
    appId: wanted.appId,
    name: wanted.name,
    head_sha: wanted.head_sha,
    status: 'queued',
    conclusion: null,
    external_id: wanted.external_id ?? '',
    details_url: wanted.details_url ?? `${web(state, repo)}/runs/${id}`,
    started_at: wanted.started_at ?? at,
    completed_at: null,
    output: { title: null, summary: null, text: null },
    annotations: [],
    actions: wanted.actions ?? [],
  }
  repo.checkRuns.set(id, run)
  apply(state, run, wanted)
  tellRun(state, repo, { run, action: 'created' }, by)
  if (run.status === 'completed') tellCompleted(state, repo, run, by)
  return run
}

export type RunChanges = {
  name?: string | undefined
  status?: CheckStatus | undefined
  conclusion?: CheckConclusion | null | undefined
  details_url?: string | null | undefined
  external_id?: string | undefined
  started_at?: string | undefined
  completed_at?: string | undefined
  output?: Output | undefined
  actions?: CheckRun['actions'] | undefined
}

/** Emits `completed` on the step to completed, and the suite's `completed` when it was the last. */
export function updateCheckRun(
  state: TwinState,
  repo: Repo,
  change: { run: CheckRun; changes: RunChanges },
  by: Actor,
): void {
  const { run, changes } = change
  const before = run.status
  const verdict = run.conclusion
  apply(state, run, changes)
  const finished = run.status === 'completed' && (before !== 'completed' || verdict !== run.conclusion)
  if (finished) tellCompleted(state, repo, run, by)
}

function apply(state: TwinState, run: CheckRun, changes: RunChanges): void {
  if (changes.name !== undefined) run.name = changes.name
  if (changes.external_id !== undefined) run.external_id = changes.external_id
  if (changes.details_url !== undefined) run.details_url = changes.details_url
  if (changes.started_at !== undefined) run.started_at = changes.started_at
  if (changes.actions !== undefined) run.actions = changes.actions
  if (changes.output) {
    run.output = {
      title: changes.output.title ?? run.output.title,
      summary: changes.output.summary ?? run.output.summary,
      text: changes.output.text ?? run.output.text,
    }
  }
  const conclusion = changes.conclusion ?? null
  const status = conclusion === null ? changes.status : 'completed'
  if (status === undefined) return
  run.status = status
  run.conclusion = status === 'completed' ? (conclusion ?? run.conclusion) : null
  run.completed_at = status === 'completed' ? (changes.completed_at ?? timestamp(state.clock.now())) : null
}

export function addAnnotations(run: CheckRun, annotations: Annotation[]): void {
  run.annotations.push(...annotations)
}

function tellCompleted(state: TwinState, repo: Repo, run: CheckRun, by: Actor): void {
  tellRun(state, repo, { run, action: 'completed' }, by)
  const suite = repo.checkSuites.get(run.suiteId)
  if (suite && suiteVerdict(repo, suite).status === 'completed') {
    tellSuite(state, repo, { suite, action: 'completed' }, by)
  }
}

export function tellRun(
  state: TwinState,
  repo: Repo,
  told: {
    run: CheckRun
    action: 'created' | 'completed' | 'rerequested' | 'requested_action'
    identifier?: string
  },
  by: Actor,
): void {
  const { run, action, identifier } = told
  emit(state, {
    repo,
    event: 'check_run',
    action,
    by,
    payload: {
      check_run: {
        ...runJson(state, repo, run),
        check_suite: shortSuite(state, repo, run),
      },
      ...(identifier === undefined ? {} : { requested_action: { identifier } }),
    },
  })
}

function shortSuite(state: TwinState, repo: Repo, run: CheckRun): Record<string, unknown> {
  const suite = repo.checkSuites.get(run.suiteId)
  if (!suite) return { id: run.suiteId }
  const { status, conclusion } = suiteVerdict(repo, suite)
  return {
    id: suite.id,
    node_id: suite.node_id,
    head_branch: suite.head_branch,
    head_sha: suite.head_sha,
    status,
    conclusion,
    app: appJson(state, suite.appId),
    created_at: suite.created_at,
    updated_at: suite.created_at,
    pull_requests: pullsAt(state, repo, run.head_sha),
  }
}

export function runJson(state: TwinState, repo: Repo, run: CheckRun): Record<string, unknown> {
  const url = `${api(state, repo)}/check-runs/${run.id}`
  return {
    id: run.id,
    name: run.name,
    node_id: run.node_id,
    head_sha: run.head_sha,
    external_id: run.external_id,
    url,
    // Of a job of GitHub Actions it is the page of that job.
    html_url: run.appId === ACTIONS_APP_ID ? run.details_url : `${web(state, repo)}/runs/${run.id}`,
    details_url: run.details_url,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.started_at,
    completed_at: run.completed_at,
    output: {
      ...run.output,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suiteId },
    app: appJson(state, run.appId),
    pull_requests: pullsAt(state, repo, run.head_sha),
  }
}
