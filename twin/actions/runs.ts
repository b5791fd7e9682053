import type { CheckConclusion } from '../checks/state.ts'
import { createSuite } from '../checks/suite.ts'
import { timestamp } from '../clock.ts'
import { emit } from '../emit.ts'
import { type Account, type Actor, nodeId, type Repo, type TwinState, takeId } from '../state.ts'
import { engineOf } from './engine/engine.ts'
import { runJson, workflowJson } from './json.ts'
import type { Run, RunStatus, Workflow } from './state.ts'
import { runTitle } from './title.ts'
import type { WorkflowFile } from './workflow.ts'

export const ACTIONS_APP_ID = 15368

export type Wanted = {
  workflow: Workflow
  file: WorkflowFile
  event: string
  payload: Record<string, unknown>
  ref: string
  sha: string
  headSha: string
  headBranch: string | null
  headCommit: Record<string, unknown>
  actor: Account
  pullNumbers?: number[]
  inputs?: Record<string, string>
}

/** Makes the run's record; nothing has started yet. Emits `workflow_run.requested`. */
export function createRun(state: TwinState, repo: Repo, wanted: Wanted): Run {
  const { workflow, file } = wanted
  const id = takeId(state)
  const number = (repo.actions.nextRunNumber.get(workflow.id) ?? 0) + 1
  repo.actions.nextRunNumber.set(workflow.id, number)
  const now = timestamp(state.clock.now())
  const suite = { appId: ACTIONS_APP_ID, head_sha: wanted.headSha, head_branch: wanted.headBranch }
  const engine = engineOf(state)
  const run: Run = {
    id,
    node_id: nodeId('WFR', id),
    workflowId: workflow.id,
    name: file.name,
    display_title: file.name,
    path: workflow.path,
    event: wanted.event,
    status: 'queued',
    conclusion: null,
    head_branch: wanted.headBranch,
    head_sha: wanted.headSha,
    run_number: number,
    run_attempt: 1,
    checkSuiteId: createSuite(state, repo, suite, actionsActor(state, repo, id)).id,
    actor: wanted.actor,
    triggering_actor: wanted.actor,
    created_at: now,
    updated_at: now,
    run_started_at: now,
    pullNumbers: wanted.pullNumbers ?? [],
    inputs: wanted.inputs ?? {},
    eventPayload: wanted.payload,
    jobs: [],
    referencedWorkflows: [],
    ref: wanted.ref,
    sha: wanted.sha,
    startupFailure: null,
    listedAt: state.clock.now() + listDelay(wanted.event, engine.listDelayMs, state.random),
    attempts: [],
    headCommit: wanted.headCommit,
    summary: '',
  }
  run.display_title = runTitle({ engine, repo, run }, file)
  repo.actions.runs.set(id, run)
  tellRun(state, repo, run, 'requested')
  return run
}

/** Only dispatched runs are late: the caller has their id already. */
function listDelay(event: string, most: number, random: () => number): number {
  return event === 'workflow_dispatch' ? Math.floor(random() * most) : 0
}

/** Moves a run on and tells it. `requested` is told by `createRun` alone: a re-run has none. */
export function setRun(
  state: TwinState,
  repo: Repo,
  change: { run: Run; status: RunStatus; conclusion?: CheckConclusion | null },
): void {
  const { run, status } = change
  if (run.status === status) return
  run.status = status
  run.conclusion = change.conclusion ?? null
  run.updated_at = timestamp(state.clock.now())
  if (status === 'in_progress' || status === 'completed') tellRun(state, repo, run, status)
}

function tellRun(state: TwinState, repo: Repo, run: Run, action: string): void {
  const workflow = repo.actions.workflows.get(run.workflowId)
  emit(state, {
    repo,
    event: 'workflow_run',
    action,
    by: { is: 'user', account: run.triggering_actor },
    payload: {
      workflow_run: runJson(state, repo, run),
      workflow: workflow ? workflowJson(state, repo, workflow) : null,
    },
  })
}

/** In whose name check runs of jobs appear: like a GITHUB_TOKEN it starts no workflow. */
export function actionsActor(state: TwinState, repo: Repo, runId: number): Actor {
  const account = state.accounts.get('github-actions[bot]') ?? {
    id: 41898282,
    node_id: 'MDM6Qm90NDE4OTgyODI=',
    login: 'github-actions[bot]',
    type: 'Bot',
  }
  const job = { repoId: repo.id, runId, jobId: 0 }
  return {
    is: 'installation',
    appId: ACTIONS_APP_ID,
    account,
    installationId: 0,
    permissions: {},
    repositoryIds: [repo.id],
    job,
  }
}
