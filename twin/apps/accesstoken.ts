import { timestamp } from '../clock.ts'
import { type Answer, type Call, created, HttpError, noContent } from '../http/route.ts'
import { repoJson } from '../repos/json.ts'
import type { Repo } from '../state.ts'
import { callingToken, ownInstallation } from './caller.ts'
import { reposOf } from './json.ts'
import type { Installation } from './state.ts'
import { mintToken } from './tokens.ts'

const MOST_REPOSITORIES = 500
const RANK = { read: 1, write: 2, admin: 3 } as Record<string, number>

/** A token for one hour, as narrow as asked; more than was granted is refused. */
export function createAccessToken(call: Call): Answer {
  const { state, headers } = call
  const installation = ownInstallation(call)
  if (installation.suspendedAt) throw new HttpError(403, 'This installation has been suspended')
  const permissions = narrow(installation, call.body.permissions)
  const repositories = choose(call, installation)
  const repositoryIds = repositories?.map(repo => repo.id) ?? null
  const short = headers['x-github-stateless-s2s-token'] === 'disabled' || state.profile === 'ghes'
  const token = mintToken(state, { installationId: installation.id, permissions, repositoryIds, short })
  const all = repositoryIds === null && installation.repositoryIds === null
  return created({
    token: token.token,
    expires_at: timestamp(token.expiresAt),
    permissions,
    repository_selection: all ? 'all' : 'selected',
    ...(repositories ? { repositories: repositories.map(repo => repoJson(state, repo)) } : {}),
  })
}

/** Ends the token that asks for it. */
export function revokeToken(call: Call): Answer {
  call.state.apps.tokens.delete(callingToken(call).token)
  return noContent
}

function narrow(installation: Installation, asked: unknown): Installation['permissions'] {
  if (asked === undefined || asked === null) return { ...installation.permissions }
  const wanted = Object.entries(asked as Record<string, string>)
  for (const [name, level] of wanted) {
    const granted = installation.permissions[name]
    if ((RANK[level] ?? 9) > (RANK[granted ?? ''] ?? 0)) {
      throw new HttpError(422, 'The permissions requested are not granted to this installation.')
    }
  }
  return { metadata: 'read', ...Object.fromEntries(wanted) } as Installation['permissions']
}

/** null: every repository of the installation. */
function choose(call: Call, installation: Installation): Repo[] | null {
  const { repositories, repository_ids: ids } = call.body
  if (repositories === undefined && ids === undefined) return null
  const asked = [...((repositories ?? []) as string[]), ...((ids ?? []) as number[])]
  if (asked.length > MOST_REPOSITORIES) throw new HttpError(422, 'Too many repositories.')
  const reach = reposOf(call.state, installation)
  const chosen = asked.map(one => reach.find(repo => repo.id === one || sameName(repo, one)))
  if (chosen.some(repo => repo === undefined)) {
    const what =
      'There is at least one repository that does not exist or is not accessible to the parent installation.'
    throw new HttpError(422, what)
  }
  return [...new Set(chosen.flatMap(repo => repo ?? []))]
}

function sameName(repo: Repo, name: string | number): boolean {
  return typeof name === 'string' && repo.name.toLowerCase() === name.toLowerCase()
}
