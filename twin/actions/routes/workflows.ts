import { emit } from '../../emit.ts'
import { pageSlice } from '../../http/page.ts'
import { HttpError, noContent, notFound, ok, type RepoCall, type Route } from '../../http/route.ts'
import { dispatch } from '../dispatch.ts'
import { workflowJson } from '../json.ts'
import { defaultWorkflows, workflowOf } from '../workflow-lookup.ts'

const ROOT = '/repos/{owner}/{repo}/actions/workflows'
const READ = [{ actions: 'read' as const }]
const WRITE = [{ actions: 'write' as const }]

async function list(call: RepoCall) {
  const all = await defaultWorkflows(call)
  const { items, headers } = pageSlice(call, all)
  const workflows = items.map(workflow => workflowJson(call.state, call.repo, workflow))
  return { status: 200, headers, body: { total_count: all.length, workflows } }
}

function setState(state: 'active' | 'disabled_manually') {
  return async (call: RepoCall) => {
    const workflow = await workflowOf(call)
    workflow.state = state
    return noContent
  }
}

/** POST /repos/{owner}/{repo}/dispatches: an event of one's own, always on the default branch. */
function repositoryDispatch(call: RepoCall) {
  const { state, repo, body, actor } = call
  const event = body.event_type
  if (typeof event !== 'string' || event === '' || event.length > 100) {
    throw new HttpError(422, `Invalid request.\n\n"event_type" wasn't supplied.`)
  }
  const client = (body.client_payload ?? {}) as Record<string, unknown>
  if (Object.keys(client).length > 10) {
    throw new HttpError(
      422,
      `Invalid request.\n\nNo more than 10 properties are allowed; ${Object.keys(client).length} were supplied.`,
    )
  }
  if (JSON.stringify(client).length >= 65_536) throw new HttpError(422, 'client_payload is too large.')
  const payload = { branch: repo.default_branch, client_payload: client }
  emit(state, { repo, event: 'repository_dispatch', action: event, by: actor, payload })
  return noContent
}

export const workflowRoutes: Route[] = [
  { method: 'GET', path: ROOT, needs: READ, handle: list },
  {
    method: 'GET',
    path: `${ROOT}/{workflow_id}`,
    needs: READ,
    handle: async call => ok(workflowJson(call.state, call.repo, await workflowOf(call))),
  },
  { method: 'PUT', path: `${ROOT}/{workflow_id}/enable`, needs: WRITE, handle: setState('active') },
  {
    method: 'PUT',
    path: `${ROOT}/{workflow_id}/disable`,
    needs: WRITE,
    handle: setState('disabled_manually'),
  },
  { method: 'POST', path: `${ROOT}/{workflow_id}/dispatches`, needs: WRITE, handle: dispatch },
  {
    method: 'POST',
    path: '/repos/{owner}/{repo}/dispatches',
    needs: [{ contents: 'write' }],
    handle: repositoryDispatch,
  },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/environments/{environment_name}',
    needs: READ,
    handle: () => {
      throw notFound()
    },
  },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/environments',
    needs: READ,
    handle: () => ok({ total_count: 0, environments: [] }),
  },
]
