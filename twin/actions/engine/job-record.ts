import { addAnnotations, createCheckRun, updateCheckRun } from '../../checks/runs.ts'
import type { Annotation, CheckConclusion } from '../../checks/state.ts'
import { timestamp } from '../../clock.ts'
import { emit } from '../../emit.ts'
import { nodeId } from '../../state.ts'
import { htmlUrl, jobJson } from '../json.ts'
import { ACTIONS_APP_ID, actionsActor } from '../runs.ts'
import type { Job, RunStatus } from '../state.ts'
import type { LiveRun } from './live.ts'

/** A new job of the run, queued, with its check run. Check run and job share their id, as on GitHub. */
export function recordJob(live: LiveRun, wanted: { name: string; labels: string[] }, told = true): Job {
  const { state, repo, run } = live
  const by = actionsActor(state, repo, run.id)
  const check = createCheckRun(
    state,
    repo,
    {
      appId: ACTIONS_APP_ID,
      name: wanted.name,
      head_sha: run.head_sha,
      head_branch: run.head_branch,
      suiteId: run.checkSuiteId,
      status: 'queued',
    },
    by,
  )
  check.details_url = `${htmlUrl(state, repo)}/actions/runs/${run.id}/job/${check.id}`
  const job: Job = {
    id: check.id,
    node_id: nodeId('WFJ', check.id),
    runId: run.id,
    attempt: run.run_attempt,
    name: wanted.name,
    status: 'queued',
    conclusion: null,
    labels: wanted.labels,
    created_at: timestamp(state.clock.now()),
    started_at: null,
    completed_at: null,
    steps: [],
    log: '',
    checkRunId: check.id,
    head_sha: run.head_sha,
    head_branch: run.head_branch,
    workflow_name: run.name,
    runnerId: null,
    runnerName: null,
  }
  run.jobs.push(job)
  if (told) tellJob(live, job, 'queued')
  return job
}

/** A job that never ran: skipped, or broken before it had a runner. */
export function recordEnded(
  live: LiveRun,
  ended: { name: string; conclusion: CheckConclusion; log: string; labels?: string[] },
): Job {
  const job = recordJob(live, { name: ended.name, labels: ended.labels ?? [] }, false)
  job.log = ended.log
  endJob(live, job, ended.conclusion)
  return job
}

export function moveJob(live: LiveRun, job: Job, status: RunStatus): void {
  job.status = status
  const { state, repo, run } = live
  const check = repo.checkRuns.get(job.checkRunId)
  if (status !== 'in_progress') return
  job.started_at = timestamp(state.clock.now())
  const changes = { status: 'in_progress' as const, started_at: job.started_at }
  if (check) updateCheckRun(state, repo, { run: check, changes }, actionsActor(state, repo, run.id))
  tellJob(live, job, 'in_progress')
}

export function endJob(live: LiveRun, job: Job, conclusion: CheckConclusion): void {
  const { state, repo, run } = live
  job.status = 'completed'
  job.conclusion = conclusion
  job.completed_at = timestamp(state.clock.now())
  job.started_at ??= job.completed_at
  const check = repo.checkRuns.get(job.checkRunId)
  const changes = { status: 'completed' as const, conclusion, completed_at: job.completed_at }
  if (check) updateCheckRun(state, repo, { run: check, changes }, actionsActor(state, repo, run.id))
  tellJob(live, job, 'completed')
}

const MOST_PER_LEVEL = 10

/** Ten of each level per step; further ones are dropped. */
export function annotate(live: LiveRun, job: Job, annotations: Annotation[]): void {
  const check = live.repo.checkRuns.get(job.checkRunId)
  if (!check) return
  const counts = new Map<string, number>()
  const kept = annotations.filter(({ annotation_level: level }) => {
    counts.set(level, (counts.get(level) ?? 0) + 1)
    return (counts.get(level) ?? 0) <= MOST_PER_LEVEL
  })
  addAnnotations(check, kept)
}

function tellJob(live: LiveRun, job: Job, action: string): void {
  const { state, repo, run } = live
  emit(state, {
    repo,
    event: 'workflow_job',
    action,
    by: { is: 'user', account: run.triggering_actor },
    payload: { workflow_job: jobJson(state, repo, job) },
  })
}
