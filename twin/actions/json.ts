import { accountJson, repoJson } from '../repos/json.ts'
import { nodeId, type Repo, type TwinState } from '../state.ts'
import type { Artifact, Job, PastAttempt, Run, Workflow } from './state.ts'

export function repoUrl(state: TwinState, repo: Repo): string {
  return `${apiUrl(state)}/repos/${repo.owner.login}/${repo.name}`
}

export function htmlUrl(state: TwinState, repo: Repo): string {
  return `${state.url}/${repo.owner.login}/${repo.name}`
}

/** Both api.github.com's paths and Enterprise Server's /api/v3 are served; this is what links say. */
export function apiUrl(state: TwinState): string {
  return `${state.url}/api/v3`
}

export function workflowJson(state: TwinState, repo: Repo, workflow: Workflow): Record<string, unknown> {
  return {
    id: workflow.id,
    node_id: workflow.node_id,
    name: workflow.name,
    path: workflow.path,
    state: workflow.state,
    created_at: workflow.created_at,
    updated_at: workflow.created_at,
    url: `${repoUrl(state, repo)}/actions/workflows/${workflow.id}`,
    html_url: `${htmlUrl(state, repo)}/blob/${repo.default_branch}/${workflow.path}`,
    badge_url: `${htmlUrl(state, repo)}/actions/${workflow.path.replace('.github/', '')}/badge.svg`,
  }
}

/** A run, or one of its earlier attempts when `past` is given. */
export function runJson(state: TwinState, repo: Repo, run: Run, past?: PastAttempt): Record<string, unknown> {
  const url = `${repoUrl(state, repo)}/actions/runs/${run.id}`
  const repository = repoJson(state, repo)
  return {
    id: run.id,
    name: run.name,
    node_id: run.node_id,
    check_suite_id: run.checkSuiteId,
    check_suite_node_id: nodeId('CS', run.checkSuiteId),
    head_branch: run.head_branch,
    head_sha: run.head_sha,
    path: run.path,
    run_number: run.run_number,
    event: run.event,
    display_title: run.display_title,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflowId,
    run_attempt: run.run_attempt,
    run_started_at: run.run_started_at,
    created_at: run.created_at,
    updated_at: run.updated_at,
    referenced_workflows: run.referencedWorkflows,
    actor: accountJson(state, run.actor),
    triggering_actor: accountJson(state, run.triggering_actor),
    pull_requests: pullsOf(state, repo, run),
    head_commit: run.headCommit,
    repository,
    head_repository: repository,
    ...runLinks(url, htmlUrl(state, repo), run),
    ...past,
    ...(past ? { triggering_actor: accountJson(state, past.triggering_actor) } : {}),
  }
}

function runLinks(url: string, html: string, run: Run): Record<string, unknown> {
  const previous = run.run_attempt > 1 ? `${url}/attempts/${run.run_attempt - 1}` : null
  return {
    url,
    html_url: `${html}/actions/runs/${run.id}`,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: previous,
    check_suite_url: url.replace(`/actions/runs/${run.id}`, `/check-suites/${run.checkSuiteId}`),
    workflow_url: url.replace(`/runs/${run.id}`, `/workflows/${run.workflowId}`),
  }
}

function pullsOf(state: TwinState, repo: Repo, run: Run): unknown[] {
  return run.pullNumbers.flatMap(number => {
    const pull = repo.pulls.get(number)
    if (!pull) return []
    const where = { id: repo.id, name: repo.name, url: repoUrl(state, repo) }
    return [
      {
        id: pull.id,
        number,
        url: `${repoUrl(state, repo)}/pulls/${number}`,
        head: { ref: pull.head.ref, sha: pull.head.sha, repo: where },
        base: { ref: pull.base.ref, sha: pull.base.sha, repo: where },
      },
    ]
  })
}

export function jobJson(state: TwinState, repo: Repo, job: Job): Record<string, unknown> {
  const api = repoUrl(state, repo)
  return {
    id: job.id,
    run_id: job.runId,
    workflow_name: job.workflow_name,
    head_branch: job.head_branch,
    run_url: `${api}/actions/runs/${job.runId}`,
    run_attempt: job.attempt,
    node_id: job.node_id,
    head_sha: job.head_sha,
    url: `${api}/actions/jobs/${job.id}`,
    html_url: `${htmlUrl(state, repo)}/actions/runs/${job.runId}/job/${job.id}`,
    status: job.status,
    conclusion: job.conclusion,
    created_at: job.created_at,
    started_at: job.started_at ?? job.created_at,
    completed_at: job.completed_at,
    name: job.name,
    steps: job.steps,
    check_run_url: `${api}/check-runs/${job.checkRunId}`,
    labels: job.labels,
    runner_id: job.runnerId,
    runner_name: job.runnerName,
    runner_group_id: job.runnerId === null ? null : 0,
    runner_group_name: job.runnerId === null ? null : 'GitHub Actions',
  }
}

export function artifactJson(state: TwinState, repo: Repo, artifact: Artifact): Record<string, unknown> {
  const url = `${repoUrl(state, repo)}/actions/artifacts/${artifact.id}`
  const run = repo.actions.runs.get(artifact.runId)
  return {
    id: artifact.id,
    node_id: artifact.node_id,
    name: artifact.name,
    size_in_bytes: artifact.size,
    url,
    archive_download_url: `${url}/zip`,
    expired: state.clock.now() > Date.parse(artifact.expires_at),
    digest: artifact.digest,
    created_at: artifact.created_at,
    updated_at: artifact.created_at,
    expires_at: artifact.expires_at,
    workflow_run: {
      id: artifact.runId,
      repository_id: repo.id,
      head_repository_id: repo.id,
      head_branch: run?.head_branch ?? null,
      head_sha: run?.head_sha ?? '',
    },
  }
}
