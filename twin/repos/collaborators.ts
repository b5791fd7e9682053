import { addAccount, findAccount } from '../accounts.ts'
import { roleOf } from '../http/auth.ts'
import { page } from '../http/page.ts'
import { type Answer, invalid, noContent, notFound, ok, type RepoCall } from '../http/route.ts'
import { type Account, type Repo, ROLES, type Role, type TwinState } from '../state.ts'
import { accountJson } from './json.ts'
import { rightsOf } from './rights.ts'

/** The older four words: triage counts as read, maintain as write. */
const PERMISSION: Record<Role, string> = {
  none: 'none',
  read: 'read',
  triage: 'read',
  write: 'write',
  maintain: 'write',
  admin: 'admin',
}
/** What a request may call the roles. */
const ASKED: Record<string, Role> = { pull: 'read', push: 'write' }

export function collaboratorPermission({ state, repo, params }: RepoCall): Answer {
  const account = findAccount(state, params.username ?? '')
  if (!account) throw notFound()
  const role = roleOf(state, repo, account)
  return ok({ permission: PERMISSION[role], role_name: role, user: personJson(state, account, role) })
}

export function listCollaborators(call: RepoCall): Answer {
  return page(call, peopleOf(call.state, call.repo), account =>
    personJson(call.state, account, roleOf(call.state, call.repo, account)),
  )
}

export function checkCollaborator({ state, repo, params }: RepoCall): Answer {
  const login = params.username?.toLowerCase()
  if (!peopleOf(state, repo).some(account => account.login.toLowerCase() === login)) throw notFound()
  return noContent
}

/** Nobody has to accept an invitation here: access is there at once. */
export function addCollaborator({ state, repo, params, body }: RepoCall): Answer {
  const asked = String(body.permission ?? 'push')
  const role = ASKED[asked] ?? ROLES.find(known => known === asked)
  if (!role || role === 'none') throw invalid('Repository', 'permission', 'invalid')
  const account = addAccount(state, params.username ?? '')
  repo.collaborators.set(account.login.toLowerCase(), role)
  return noContent
}

export function removeCollaborator({ repo, params }: RepoCall): Answer {
  repo.collaborators.delete(params.username?.toLowerCase() ?? '')
  return noContent
}

function peopleOf(state: TwinState, repo: Repo): Account[] {
  const invited = [...repo.collaborators.keys()].flatMap(login => findAccount(state, login) ?? [])
  const owner = repo.owner.type === 'Organization' ? [] : [repo.owner]
  return [...owner, ...invited.filter(account => account.id !== repo.owner.id)]
}

function personJson(state: TwinState, account: Account, role: Role): Record<string, unknown> {
  return { ...accountJson(state, account), permissions: rightsOf(role), role_name: role }
}
