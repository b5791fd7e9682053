import { randomBytes } from 'node:crypto'
import type { TwinState } from '../state.ts'
import type { InstallationToken } from './state.ts'

const HOUR = 3_600_000
const MANY = 2000

/**
 * A token of an installation, kept in the state until it expires by the twin's clock.
 * Permissions and repositories are taken as given: whoever calls this has narrowed them.
 */
export function mintToken(
  state: TwinState,
  wanted: {
    installationId: number
    permissions: InstallationToken['permissions']
    /** null: all repositories of the installation. */
    repositoryIds: number[] | null
    job?: InstallationToken['job']
    lifeMs?: number
    /** The older look, 40 characters without dots. */
    short?: boolean
  },
): InstallationToken {
  const appId = state.apps.installations.get(wanted.installationId)?.appId ?? 0
  const token: InstallationToken = {
    token: wanted.short
      ? `ghs_${randomBytes(27).toString('base64url').replace(/[-_]/g, 'x')}`
      : stateless(appId),
    installationId: wanted.installationId,
    permissions: wanted.permissions,
    repositoryIds: wanted.repositoryIds,
    expiresAt: state.clock.now() + (wanted.lifeMs ?? HOUR),
    ...(wanted.job ? { job: wanted.job } : {}),
  }
  if (state.apps.tokens.size > MANY) forgetExpired(state)
  state.apps.tokens.set(token.token, token)
  return token
}

/** `ghs_<app>_<jwt-like>`: the shape since 2026, some 520 characters with two dots. Opaque to clients. */
function stateless(appId: number): string {
  const head = Buffer.from('{"alg":"RS256","typ":"JWT"}').toString('base64url')
  const body = randomBytes(96).toString('base64url')
  return `ghs_${appId}_${head}.${body}.${randomBytes(256).toString('base64url')}`
}

function forgetExpired(state: TwinState): void {
  for (const [secret, token] of state.apps.tokens) {
    if (token.expiresAt <= state.clock.now()) state.apps.tokens.delete(secret)
  }
}
