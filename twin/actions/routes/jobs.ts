import { accountOf } from '../../emit.ts'
import { pageSlice } from '../../http/page.ts'
import { type Answer, notFound, ok, type RepoCall, type Route } from '../../http/route.ts'
import { signedLink } from '../artifacts/signed.ts'
import { jobJson } from '../json.ts'
import { jobOf, runOf } from '../lookup.ts'
import { rerun } from '../rerun.ts'
import type { Job } from '../state.ts'
import { attemptOf, LINK_LIFE_MS } from './runs.ts'

const ROOT = '/repos/{owner}/{repo}/actions'
const READ = [{ actions: 'read' as const }]
const WRITE = [{ actions: 'write' as const }]

function listed(call: RepoCall, jobs: Job[]): Answer {
  const { items, headers } = pageSlice(call, jobs)
  const body = { total_count: jobs.length, jobs: items.map(job => jobJson(call.state, call.repo, job)) }
  return { status: 200, headers, body }
}

function listOfRun(call: RepoCall): Answer {
  const run = runOf(call)
  const all = call.query.get('filter') === 'all'
  return listed(
    call,
    run.jobs.filter(job => all || job.attempt === run.run_attempt),
  )
}

function listOfAttempt(call: RepoCall): Answer {
  const { run, number } = attemptOf(call)
  return listed(
    call,
    run.jobs.filter(job => job.attempt === number),
  )
}

/** A job's log is there once the job has ended. */
function log(call: RepoCall): Answer {
  const { run, job } = jobOf(call)
  if (job.status !== 'completed') throw notFound()
  const path = `/_storage/logs/${run.id}/jobs/${job.id}`
  return { status: 302, headers: { location: signedLink(call.state, 'GET', path, LINK_LIFE_MS) } }
}

async function again(call: RepoCall): Promise<Answer> {
  const { run, job } = jobOf(call)
  const wish = { run, again: { what: 'job', name: job.name } as const, by: accountOf(call.actor) }
  await rerun(call.state, call.repo, wish)
  return { status: 201, body: {} }
}

export const jobRoutes: Route[] = [
  { method: 'GET', path: `${ROOT}/runs/{run_id}/jobs`, needs: READ, handle: listOfRun },
  {
    method: 'GET',
    path: `${ROOT}/runs/{run_id}/attempts/{attempt_number}/jobs`,
    needs: READ,
    handle: listOfAttempt,
  },
  {
    method: 'GET',
    path: `${ROOT}/jobs/{job_id}`,
    needs: READ,
    handle: call => ok(jobJson(call.state, call.repo, jobOf(call).job)),
  },
  { method: 'GET', path: `${ROOT}/jobs/{job_id}/logs`, needs: READ, handle: log },
  { method: 'POST', path: `${ROOT}/jobs/{job_id}/rerun`, needs: WRITE, handle: again },
]
