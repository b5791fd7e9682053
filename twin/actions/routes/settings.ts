import { timestamp } from '../../clock.ts'
import { pageSlice } from '../../http/page.ts'
import {
  type Answer,
  HttpError,
  noContent,
  notFound,
  ok,
  type RepoCall,
  type Route,
} from '../../http/route.ts'

const ROOT = '/repos/{owner}/{repo}/actions'
const SECRETS = { read: [{ secrets: 'read' as const }], write: [{ secrets: 'write' as const }] }
const VARIABLES = {
  read: [{ actions_variables: 'read' as const }],
  write: [{ actions_variables: 'write' as const }],
}
const ADMIN = { read: [{ administration: 'read' as const }], write: [{ administration: 'write' as const }] }

function changedAt(call: RepoCall, key: string): string {
  return call.repo.actions.changedAt?.get(key) ?? call.repo.created_at
}

function changed(call: RepoCall, key: string): void {
  call.repo.actions.changedAt ??= new Map()
  call.repo.actions.changedAt.set(key, timestamp(call.state.clock.now()))
}

function secretJson(call: RepoCall, name: string): Record<string, unknown> {
  return { name, created_at: changedAt(call, name), updated_at: changedAt(call, name) }
}

/** Names only: nobody reads a secret back. */
function listSecrets(call: RepoCall): Answer {
  const all = [...call.repo.actions.secrets.keys()].sort()
  const { items, headers } = pageSlice(call, all)
  return {
    status: 200,
    headers,
    body: { total_count: all.length, secrets: items.map(name => secretJson(call, name)) },
  }
}

function getSecret(call: RepoCall): Answer {
  const name = call.params.secret_name ?? ''
  if (!call.repo.actions.secrets.has(name)) throw notFound()
  return ok(secretJson(call, name))
}

/** Sealed boxes need libsodium; the twin's secrets are set in its state. */
function sealed(): never {
  throw new HttpError(501, 'This GitHub does not open sealed boxes: set secrets in its state')
}

function variableJson(call: RepoCall, name: string): Record<string, unknown> {
  const at = changedAt(call, `var ${name}`)
  return { name, value: call.repo.actions.variables.get(name) ?? '', created_at: at, updated_at: at }
}

function listVariables(call: RepoCall): Answer {
  const all = [...call.repo.actions.variables.keys()].sort()
  const { items, headers } = pageSlice(call, all)
  const variables = items.map(name => variableJson(call, name))
  return { status: 200, headers, body: { total_count: all.length, variables } }
}

function nameOf(call: RepoCall): string {
  const name = (call.params.name ?? '').toUpperCase()
  if (!call.repo.actions.variables.has(name)) throw notFound()
  return name
}

function createVariable(call: RepoCall): Answer {
  const name = String(call.body.name ?? '').toUpperCase()
  if (!/^[A-Z_][A-Z0-9_]*$/.test(name) || name.startsWith('GITHUB_'))
    throw new HttpError(422, 'Variable name is not valid')
  if (call.repo.actions.variables.has(name))
    throw new HttpError(409, 'Already exists - Variable already exists')
  call.repo.actions.variables.set(name, String(call.body.value ?? ''))
  changed(call, `var ${name}`)
  return { status: 201, body: {} }
}

function updateVariable(call: RepoCall): Answer {
  const name = nameOf(call)
  call.repo.actions.variables.set(name, String(call.body.value ?? ''))
  changed(call, `var ${name}`)
  return noContent
}

function removeVariable(call: RepoCall): Answer {
  call.repo.actions.variables.delete(nameOf(call))
  return noContent
}

function workflowPermissions(call: RepoCall): Answer {
  const level = call.repo.actions.defaultPermissions ?? 'read'
  return ok({ default_workflow_permissions: level, can_approve_pull_request_reviews: false })
}

function setWorkflowPermissions(call: RepoCall): Answer {
  const level = call.body.default_workflow_permissions
  if (level === 'read' || level === 'write') call.repo.actions.defaultPermissions = level
  return noContent
}

export const settingRoutes: Route[] = [
  { method: 'GET', path: `${ROOT}/secrets`, needs: SECRETS.read, handle: listSecrets },
  { method: 'GET', path: `${ROOT}/secrets/public-key`, needs: SECRETS.read, handle: sealed },
  { method: 'GET', path: `${ROOT}/secrets/{secret_name}`, needs: SECRETS.read, handle: getSecret },
  { method: 'PUT', path: `${ROOT}/secrets/{secret_name}`, needs: SECRETS.write, handle: sealed },
  { method: 'GET', path: `${ROOT}/variables`, needs: VARIABLES.read, handle: listVariables },
  { method: 'POST', path: `${ROOT}/variables`, needs: VARIABLES.write, handle: createVariable },
  {
    method: 'GET',
    path: `${ROOT}/variables/{name}`,
    needs: VARIABLES.read,
    handle: call => ok(variableJson(call, nameOf(call))),
  },
  { method: 'PATCH', path: `${ROOT}/variables/{name}`, needs: VARIABLES.write, handle: updateVariable },
  { method: 'DELETE', path: `${ROOT}/variables/{name}`, needs: VARIABLES.write, handle: removeVariable },
  {
    method: 'GET',
    path: `${ROOT}/permissions`,
    needs: ADMIN.read,
    handle: () => ok({ enabled: true, allowed_actions: 'all', sha_pinning_required: false }),
  },
  { method: 'GET', path: `${ROOT}/permissions/workflow`, needs: ADMIN.read, handle: workflowPermissions },
  { method: 'PUT', path: `${ROOT}/permissions/workflow`, needs: ADMIN.write, handle: setWorkflowPermissions },
]
