import { notFound, type RepoCall } from '../http/route.ts'
import type { Repo, TwinState } from '../state.ts'
import type { Artifact, Job, Run } from './state.ts'

/** A run by its id, whatever its repository. */
export function runById(state: TwinState, id: number): { repo: Repo; run: Run } | null {
  for (const repo of state.repos.values()) {
    const run = repo.actions.runs.get(id)
    if (run) return { repo, run }
  }
  return null
}

export function artifactById(state: TwinState, id: number): { repo: Repo; artifact: Artifact } | null {
  for (const repo of state.repos.values()) {
    const artifact = repo.actions.artifacts.get(id)
    if (artifact) return { repo, artifact }
  }
  return null
}

/** The newest record of a job: a re-run that kept it made a copy under the new attempt. */
export function jobById(repo: Repo, id: number): { run: Run; job: Job } | null {
  for (const run of repo.actions.runs.values()) {
    const job = run.jobs.findLast(one => one.id === id)
    if (job) return { run, job }
  }
  return null
}

/** The run that the path names; 404 otherwise. */
export function runOf(call: RepoCall): Run {
  const run = call.repo.actions.runs.get(Number(call.params.run_id))
  if (!run) throw notFound()
  return run
}

export function jobOf(call: RepoCall): { run: Run; job: Job } {
  const found = jobById(call.repo, Number(call.params.job_id))
  if (!found) throw notFound()
  return found
}

export function artifactOf(call: RepoCall): Artifact {
  const artifact = call.repo.actions.artifacts.get(Number(call.params.artifact_id))
  if (!artifact?.finalized) throw notFound()
  return artifact
}
