import { CALLER_PATH } from '../core/names.ts'
import type { Client } from './octokit.ts'

export type RunSearch = {
  owner: string
  repo: string
  title: string
  /** Runs by others than this account serve nobody, whatever they are called. */
  actorId: number
  /** Runs before the claim cannot serve it. */
  since: Date
}

/** Lowest id among the listed runs that serve the same title; null when none is listed. Throws octokit's errors. */
export async function findFirstRun(client: Client, search: RunSearch): Promise<number | null> {
  const response = await client.request('GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs', {
    owner: search.owner,
    repo: search.repo,
    workflow_id: CALLER_PATH.slice(CALLER_PATH.lastIndexOf('/') + 1),
    event: 'workflow_dispatch',
    // Clocks differ a little between who dates a commit and who dates a run.
    created: `>=${new Date(search.since.getTime() - 120_000).toISOString().replace(/\.[0-9]+Z$/, 'Z')}`,
    per_page: 100,
  })
  const ids = response.data.workflow_runs
    .filter(run => run.display_title === search.title && Number(run.actor?.id) === search.actorId)
    .map(run => Number(run.id))
  return ids.length === 0 ? null : Math.min(...ids)
}
