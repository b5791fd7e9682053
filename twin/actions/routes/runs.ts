import { accountOf } from '../../emit.ts'
import {
  type Answer,
  HttpError,
  noContent,
  notFound,
  ok,
  type RepoCall,
  type Route,
} from '../../http/route.ts'
import { signedLink } from '../artifacts/signed.ts'
import { deleteArtifact } from '../artifacts/store.ts'
import { cancelRun } from '../cancel.ts'
import { beginRun } from '../engine/run.ts'
import { runJson } from '../json.ts'
import { runOf } from '../lookup.ts'
import { fileAt } from '../registry.ts'
import { type Again, rerun } from '../rerun.ts'
import { setRun } from '../runs.ts'
import type { PastAttempt, Run } from '../state.ts'
import { workflowOf } from '../workflow-lookup.ts'
import { listRuns } from './run-list.ts'

const ROOT = '/repos/{owner}/{repo}/actions/runs'
const RUN = `${ROOT}/{run_id}`
const READ = [{ actions: 'read' as const }]
const WRITE = [{ actions: 'write' as const }]
export const LINK_LIFE_MS = 60_000

async function listOfWorkflow(call: RepoCall): Promise<Answer> {
  const workflow = await workflowOf(call)
  return listRuns(call, run => run.workflowId === workflow.id)
}

/** The attempt that the path names: the present one, or a past one. Throws 404. */
export function attemptOf(call: RepoCall): { run: Run; past: PastAttempt | undefined; number: number } {
  const run = runOf(call)
  const number = Number(call.params.attempt_number)
  const past = run.attempts.find(one => one.run_attempt === number)
  if (!past && number !== run.run_attempt) throw notFound()
  return { run, past, number }
}

function getAttempt(call: RepoCall): Answer {
  const { run, past } = attemptOf(call)
  return ok(runJson(call.state, call.repo, run, past))
}

function again(what: 'all' | 'failed') {
  return async (call: RepoCall): Promise<Answer> => {
    const wish: Again = { what }
    await rerun(call.state, call.repo, { run: runOf(call), again: wish, by: accountOf(call.actor) })
    return { status: 201, body: {} }
  }
}

function cancel(kind: 'ask' | 'force') {
  return (call: RepoCall): Answer => {
    cancelRun(call.state, call.repo, runOf(call), kind)
    return { status: 202, body: {} }
  }
}

/** Lets a run start that waited for somebody with write access. */
async function approve(call: RepoCall): Promise<Answer> {
  const { state, repo } = call
  const run = runOf(call)
  if (run.conclusion !== 'action_required')
    throw new HttpError(403, 'This run is not from a fork pull request or queued')
  const file = await fileAt(repo, run.sha, run.path)
  if (!file) throw notFound()
  setRun(state, repo, { run, status: 'queued' })
  beginRun(state, repo, { run, file })
  return { status: 201, body: {} }
}

function remove(call: RepoCall): Answer {
  const run = runOf(call)
  if (run.status !== 'completed') throw new HttpError(403, 'Could not delete the workflow run')
  for (const artifact of call.repo.actions.artifacts.values()) {
    if (artifact.runId === run.id) deleteArtifact(call.repo, artifact)
  }
  call.repo.actions.runs.delete(run.id)
  return noContent
}

function logs(call: RepoCall, run: Run, attempt: number): Answer {
  const path = `/_storage/logs/${run.id}/${attempt}`
  return { status: 302, headers: { location: signedLink(call.state, 'GET', path, LINK_LIFE_MS) } }
}

function attemptLogs(call: RepoCall): Answer {
  const { run, number } = attemptOf(call)
  return logs(call, run, number)
}

function timing(call: RepoCall): Answer {
  const run = runOf(call)
  return ok({ billable: {}, run_duration_ms: Date.parse(run.updated_at) - Date.parse(run.run_started_at) })
}

export const runRoutes: Route[] = [
  { method: 'GET', path: ROOT, needs: READ, handle: call => listRuns(call) },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs',
    needs: READ,
    handle: listOfWorkflow,
  },
  { method: 'GET', path: RUN, needs: READ, handle: call => ok(runJson(call.state, call.repo, runOf(call))) },
  { method: 'DELETE', path: RUN, needs: WRITE, handle: remove },
  { method: 'GET', path: `${RUN}/attempts/{attempt_number}`, needs: READ, handle: getAttempt },
  { method: 'GET', path: `${RUN}/attempts/{attempt_number}/logs`, needs: READ, handle: attemptLogs },
  {
    method: 'GET',
    path: `${RUN}/logs`,
    needs: READ,
    handle: call => logs(call, runOf(call), runOf(call).run_attempt),
  },
  { method: 'GET', path: `${RUN}/timing`, needs: READ, handle: timing },
  { method: 'GET', path: `${RUN}/approvals`, needs: READ, handle: call => ok(runOf(call) && []) },
  { method: 'GET', path: `${RUN}/pending_deployments`, needs: READ, handle: call => ok(runOf(call) && []) },
  { method: 'POST', path: `${RUN}/approve`, needs: WRITE, handle: approve },
  { method: 'POST', path: `${RUN}/cancel`, needs: WRITE, handle: cancel('ask') },
  { method: 'POST', path: `${RUN}/force-cancel`, needs: WRITE, handle: cancel('force') },
  { method: 'POST', path: `${RUN}/rerun`, needs: WRITE, handle: again('all') },
  { method: 'POST', path: `${RUN}/rerun-failed-jobs`, needs: WRITE, handle: again('failed') },
]
