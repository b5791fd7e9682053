import type { Site } from './site.ts'

export type Run = {
  id: number
  name: string
  display_title: string
  event: string
  status: string
  conclusion: string | null
  head_sha: string
  head_branch: string
  run_attempt: number
  check_suite_id: number
}
type Dispatched = { workflow_run_id: number; run_url: string; html_url: string }

/** Dispatches on the default branch and gives the run's id. */
export async function dispatch(
  site: Site,
  file: string,
  inputs: Record<string, string> = {},
): Promise<number> {
  const body = { ref: site.defaultBranch, inputs, return_run_details: true }
  const path = `./actions/workflows/${file}/dispatches`
  return (await site.app.send<Dispatched>('POST', path, body)).workflow_run_id
}

export function readRun(site: Site, id: number): Promise<Run> {
  return site.app.get<Run>(`./actions/runs/${id}`)
}

/** Waits until the run has ended; `attempt` when an earlier attempt of it has ended before. */
export function finished(site: Site, id: number, attempt = 1): Promise<Run> {
  return site.until(`run ${id} to end`, async () => {
    const run = await readRun(site, id)
    return run.status === 'completed' && run.run_attempt >= attempt && run
  })
}

/** Runs of an event on a commit, as the list shows them now. */
export async function runsOf(site: Site, event: string, sha: string): Promise<Run[]> {
  const path = `./actions/runs?event=${event}&head_sha=${sha}&per_page=100`
  return (await site.app.get<{ workflow_runs: Run[] }>(path)).workflow_runs
}

/** The first run of this event on this commit. */
export function startedRun(site: Site, event: string, sha: string): Promise<Run> {
  return site.until(`a ${event} run on ${sha.slice(0, 7)}`, async () => (await runsOf(site, event, sha))[0])
}

export type Job = { id: number; name: string; conclusion: string | null; check_run_url: string }

export async function jobsOf(site: Site, run: number): Promise<Job[]> {
  return (await site.app.get<{ jobs: Job[] }>(`./actions/runs/${run}/jobs`)).jobs
}

export type Annotation = { annotation_level: string; title: string | null; message: string; path: string }

/** What a job of a run told by workflow commands. */
export async function annotationsOf(site: Site, job: Job): Promise<Annotation[]> {
  const id = job.check_run_url.split('/').at(-1)
  return site.app.get<Annotation[]>(`./check-runs/${id}/annotations`)
}
