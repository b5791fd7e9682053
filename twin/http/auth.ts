import { botOf, findAccount } from '../accounts.ts'
import { ACTIONS_APP_ID } from '../apps/app.ts'
import { appOfJwt } from '../apps/jwt.ts'
import type { Installation, InstallationToken } from '../apps/state.ts'
import { type Account, type Actor, type Repo, ROLES, type Role, type TwinState } from '../state.ts'
import { HttpError } from './route.ts'

export type Level = 'read' | 'write' | 'admin'
const LEVELS = ['none', 'read', 'write', 'admin']

/** Readable by everyone on a public repository, whatever the token was given. */
const PUBLIC = ['metadata', 'contents', 'issues', 'pull_requests', 'checks', 'statuses', 'actions']

/** Who sent this `authorization` header. Throws 401 for credentials that do not hold (any more). */
export function authenticate(state: TwinState, header: string | undefined): Actor {
  const credential = credentialOf(header)
  if (credential === null) return { is: 'anonymous' }
  const login = state.userTokens.get(credential)
  if (login !== undefined) {
    const account = findAccount(state, login)
    if (account) return { is: 'user', account }
  }
  const token = state.apps.tokens.get(credential)
  if (token) return installationActor(state, token)
  if (credential.split('.').length === 3 && !credential.startsWith('gh')) {
    return { is: 'app', appId: appOfJwt(state, credential).id }
  }
  throw badCredentials()
}

export function badCredentials(): HttpError {
  return new HttpError(401, 'Bad credentials')
}

/** `token X`, `Bearer X`, and the password (or lone user name) of Basic, as git sends it. */
function credentialOf(header: string | undefined): string | null {
  if (!header) return null
  const [scheme = '', rest = ''] = header.split(/\s+/, 2)
  if (scheme.toLowerCase() !== 'basic') return rest
  const [user = '', password = ''] = Buffer.from(rest, 'base64').toString().split(':', 2)
  return password || user || null
}

function installationActor(state: TwinState, token: InstallationToken): Actor {
  const installation = state.apps.installations.get(token.installationId)
  const app = installation && state.apps.apps.get(installation.appId)
  if (!installation || !app || token.expiresAt <= state.clock.now()) throw badCredentials()
  if (installation.suspendedAt) throw new HttpError(403, 'This installation has been suspended')
  return {
    is: 'installation',
    appId: app.id,
    account: botOf(state, app),
    installationId: installation.id,
    permissions: { metadata: 'read', ...stillHeld(token, installation) },
    repositoryIds: token.repositoryIds,
    ...(token.job ? { job: token.job } : {}),
  }
}

/** What was taken from an installation its tokens lose too; what a job's token may do its workflow says. */
function stillHeld(token: InstallationToken, installation: Installation): InstallationToken['permissions'] {
  if (token.job || installation.appId === ACTIONS_APP_ID) return token.permissions
  const kept: InstallationToken['permissions'] = {}
  for (const [name, level] of Object.entries(token.permissions)) {
    const granted = installation.permissions[name]
    if (granted) kept[name] = granted === 'read' ? 'read' : level
  }
  return kept
}

export function covers(installation: Installation, repo: Repo): boolean {
  const ofAccount = installation.accountLogin.toLowerCase() === repo.owner.login.toLowerCase()
  return ofAccount && (installation.repositoryIds === null || installation.repositoryIds.includes(repo.id))
}

/** What a person may do here: the owner everything, others as invited, everyone reads what is public. */
export function roleOf(_state: TwinState, repo: Repo, account: Account): Role {
  if (account.id === repo.owner.id) return 'admin'
  const given = repo.collaborators.get(account.login.toLowerCase()) ?? 'none'
  // Nobody is less than a reader of what is public.
  return given === 'none' && !repo.private ? 'read' : given
}

export function reaches(role: Role, wanted: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(wanted)
}

/** False means that the repository does not exist for this actor: answer 404. */
export function sees(actor: Actor, state: TwinState, repo: Repo): boolean {
  if (!repo.private) return true
  if (actor.is === 'user') return roleOf(state, repo, actor.account) !== 'none'
  if (actor.is === 'installation') return inReach(actor, state, repo)
  if (actor.is === 'app')
    return [...state.apps.installations.values()].some(i => i.appId === actor.appId && covers(i, repo))
  return false
}

/** Does the actor hold this permission on this repository? Permission names as in `app-permissions`. */
export function can(actor: Actor, state: TwinState, repo: Repo, permission: string, level: Level): boolean {
  if (level === 'read' && !repo.private && PUBLIC.includes(permission)) return true
  if (actor.is === 'user') return reaches(roleOf(state, repo, actor.account), roleFor(permission, level))
  if (actor.is !== 'installation' || !inReach(actor, state, repo)) return false
  const held = actor.permissions[permission] ?? 'none'
  return LEVELS.indexOf(held) >= LEVELS.indexOf(level)
}

function roleFor(permission: string, level: Level): Role {
  if (permission === 'administration' || permission === 'secrets' || level === 'admin') return 'admin'
  return level === 'read' ? 'read' : 'write'
}

function inReach(actor: Actor & { is: 'installation' }, state: TwinState, repo: Repo): boolean {
  const installation = state.apps.installations.get(actor.installationId)
  if (!installation || !covers(installation, repo)) return false
  return actor.repositoryIds === null || actor.repositoryIds.includes(repo.id)
}
