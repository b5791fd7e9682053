import { page } from '../../http/page.ts'
import { created, ok, type RepoCall, type Route } from '../../http/route.ts'
import { choice, missing, text, textOrNull } from '../../issues/input.ts'
import { combinedJson, createStatus, statusJson } from '../status.ts'
import { commitOf } from './runs.ts'

const REPO = '/repos/{owner}/{repo}'
const READ = [{ statuses: 'read' as const }]
const STATES = ['error', 'failure', 'pending', 'success'] as const

async function create(call: RepoCall) {
  const { state, repo, body, actor } = call
  const sha = await commitOf(repo, call.params.sha ?? '')
  const wanted = choice(body, 'state', STATES)
  if (wanted === undefined) throw missing('state')
  const status = createStatus(
    state,
    repo,
    {
      sha,
      state: wanted,
      context: text(body, 'context') ?? 'default',
      description: textOrNull(body, 'description') ?? null,
      target_url: textOrNull(body, 'target_url') ?? null,
    },
    actor,
  )
  return created(statusJson(state, repo, status))
}

async function list(call: RepoCall) {
  const { state, repo } = call
  const sha = await commitOf(repo, call.params.ref ?? '')
  const found = repo.statuses.filter(status => status.sha === sha).reverse()
  return page(call, found, status => statusJson(state, repo, status))
}

async function combined(call: RepoCall) {
  return ok(combinedJson(call.state, call.repo, await commitOf(call.repo, call.params.ref ?? '')))
}

export const statusRoutes: Route[] = [
  { method: 'POST', path: `${REPO}/statuses/{sha}`, needs: [{ statuses: 'write' }], handle: create },
  { method: 'GET', path: `${REPO}/commits/{ref}/statuses`, needs: READ, handle: list },
  { method: 'GET', path: `${REPO}/commits/{ref}/status`, needs: READ, handle: combined },
]
