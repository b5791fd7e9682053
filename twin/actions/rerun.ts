import { timestamp } from '../clock.ts'
import { HttpError } from '../http/route.ts'
import type { Account, Repo, TwinState } from '../state.ts'
import type { JobResult } from './engine/live.ts'
import { beginRun, resultsOf } from './engine/run.ts'
import { fileAt } from './registry.ts'
import type { Run } from './state.ts'

/** Which jobs of the last attempt run again: all, the failed ones, or one; and whatever needs them. */
export type Again = { what: 'all' } | { what: 'failed' } | { what: 'job'; name: string }

/** Starts the next attempt of a run. Its id stays; `workflow_run.requested` is not sent again. */
export async function rerun(
  state: TwinState,
  repo: Repo,
  wish: { run: Run; again: Again; by: Account },
): Promise<void> {
  const { run, again, by } = wish
  if (run.status !== 'completed') throw new HttpError(403, 'This workflow is already running')
  const file = await fileAt(repo, run.sha, run.path)
  if (!file)
    throw new HttpError(403, 'Unable to retry this workflow run because its workflow file may be broken')
  const kept = keptResults(run, again)
  run.attempts.push({
    run_attempt: run.run_attempt,
    status: run.status,
    conclusion: run.conclusion,
    run_started_at: run.run_started_at,
    updated_at: run.updated_at,
    triggering_actor: run.triggering_actor,
  })
  const now = timestamp(state.clock.now())
  run.run_attempt += 1
  run.triggering_actor = by
  run.run_started_at = now
  run.updated_at = now
  run.status = 'queued'
  run.conclusion = null
  run.startupFailure = null
  beginRun(state, repo, { run, file, kept })
}

function keptResults(run: Run, again: Again): Map<string, JobResult> {
  if (again.what === 'all') return new Map()
  const all = [...resultsOf(run)]
  const kept = all.filter(([name, done]) =>
    again.what === 'job' ? name !== again.name : done.result === 'success',
  )
  if (again.what === 'failed' && kept.length === all.length && run.conclusion === 'success') {
    throw new HttpError(403, 'This workflow run has no failed jobs')
  }
  return new Map(kept)
}
