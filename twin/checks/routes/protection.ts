import { readRef } from '../../gitdata/refs.ts'
import { HttpError, noContent, ok, type RepoCall, type Route } from '../../http/route.ts'
import { api } from '../../issues/address.ts'
import { flag, isObject, number, object, objects, texts } from '../../issues/input.ts'
import type { Repo, TwinState } from '../../state.ts'
import type { Protection, RequiredCheck } from '../rules.ts'

const PATH = '/repos/{owner}/{repo}/branches/{branch}/protection'

function branchOf(call: RepoCall): string {
  return call.params.branch ?? ''
}

function protectionAt(call: RepoCall): Protection {
  const found = call.repo.protections.get(branchOf(call))
  if (!found) throw new HttpError(404, 'Branch not protected')
  return found
}

async function put(call: RepoCall) {
  const { state, repo, body } = call
  const branch = branchOf(call)
  if ((await readRef(repo, `refs/heads/${branch}`)) === null) throw new HttpError(404, 'Branch not found')
  for (const key of [
    'required_status_checks',
    'enforce_admins',
    'required_pull_request_reviews',
    'restrictions',
  ]) {
    if (body[key] === undefined) throw new HttpError(422, `Invalid request.\n\n"${key}" wasn't supplied.`)
  }
  const checks = object(body, 'required_status_checks')
  const reviews = object(body, 'required_pull_request_reviews')
  repo.protections.set(branch, {
    requiredChecks: checks ? requiredOf(checks) : [],
    strict: checks?.strict === true,
    requirePull: reviews !== undefined,
    requiredApprovals: reviews ? (number(reviews, 'required_approving_review_count') ?? 1) : 0,
    dismissStale: reviews?.dismiss_stale_reviews === true,
    requireLastPushApproval: reviews?.require_last_push_approval === true,
    requireCodeOwners: reviews?.require_code_owner_reviews === true,
    resolveThreads: flag(body, 'required_conversation_resolution') ?? false,
    linearHistory: flag(body, 'required_linear_history') ?? false,
    enforceAdmins: body.enforce_admins === true,
  })
  return ok(protectionJson(state, repo, branch, protectionAt(call)))
}

/** `checks` may name an app; in `contexts` there is none. -1 means any. */
function requiredOf(checks: Record<string, unknown>): RequiredCheck[] {
  const pinned = (objects(checks, 'checks') ?? []).map(each => ({
    context: String(each.context),
    appId: typeof each.app_id === 'number' && each.app_id > 0 ? each.app_id : null,
  }))
  const named = (texts(checks, 'contexts') ?? [])
    .filter(context => !pinned.some(each => each.context === context))
    .map(context => ({ context, appId: null }))
  return [...pinned, ...named]
}

export function protectionJson(
  state: TwinState,
  repo: Repo,
  branch: string,
  protection: Protection,
): Record<string, unknown> {
  const url = `${api(state, repo)}/branches/${branch}/protection`
  const { requiredChecks, requirePull } = protection
  const checks = {
    url: `${url}/required_status_checks`,
    strict: protection.strict,
    contexts: requiredChecks.map(each => each.context),
    contexts_url: `${url}/required_status_checks/contexts`,
    checks: requiredChecks.map(each => ({ context: each.context, app_id: each.appId })),
  }
  const reviews = {
    url: `${url}/required_pull_request_reviews`,
    dismiss_stale_reviews: protection.dismissStale,
    require_code_owner_reviews: protection.requireCodeOwners,
    required_approving_review_count: protection.requiredApprovals,
    require_last_push_approval: protection.requireLastPushApproval,
  }
  return {
    url,
    ...(requiredChecks.length > 0 || protection.strict ? { required_status_checks: checks } : {}),
    ...(requirePull ? { required_pull_request_reviews: reviews } : {}),
    enforce_admins: { url: `${url}/enforce_admins`, enabled: protection.enforceAdmins },
    required_linear_history: { enabled: protection.linearHistory },
    allow_force_pushes: { enabled: false },
    allow_deletions: { enabled: false },
    block_creations: { enabled: false },
    required_conversation_resolution: { enabled: protection.resolveThreads === true },
    lock_branch: { enabled: false },
    allow_fork_syncing: { enabled: false },
  }
}

function remove(call: RepoCall) {
  protectionAt(call)
  call.repo.protections.delete(branchOf(call))
  return noContent
}

function get(call: RepoCall) {
  return ok(protectionJson(call.state, call.repo, branchOf(call), protectionAt(call)))
}

function checksOnly(call: RepoCall) {
  const shown = protectionJson(call.state, call.repo, branchOf(call), protectionAt(call))
  if (!isObject(shown.required_status_checks)) throw new HttpError(404, 'Required status checks not enabled')
  return ok(shown.required_status_checks)
}

const READ = [{ administration: 'read' as const }]
const WRITE = [{ administration: 'write' as const }]

export const protectionRoutes: Route[] = [
  { method: 'GET', path: PATH, needs: READ, handle: get },
  { method: 'PUT', path: PATH, needs: WRITE, handle: put },
  { method: 'DELETE', path: PATH, needs: WRITE, handle: remove },
  { method: 'GET', path: `${PATH}/required_status_checks`, needs: READ, handle: checksOnly },
]
