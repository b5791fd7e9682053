import { signJwt } from '../twin/apps/jwt.ts'
import type { Client, Door } from './client.ts'
import { createClient } from './client.ts'

export type AppKeys = { id: number; privateKey: string }

/** A token's narrower wishes, as the access token endpoint takes them. */
export type Wish = { permissions?: Record<string, string>; repository_ids?: number[] }

export type Credentials = {
  jwt: Client
  installationId: number
  /** All that the installation may do; renewed when it grows old. */
  app: Client
  /** A fresh token with less. */
  narrowed(wish: Wish): Promise<Client>
  /** Tokens that were kept are of no use any more. */
  forget(): void
}

const RENEW_MS = 50 * 60_000

export async function openCredentials(door: Door, keys: AppKeys, now: () => number): Promise<Credentials> {
  const jwt = createClient(door, async () => `Bearer ${signJwt(keys, now())}`)
  const { id: installationId } = await jwt.get<{ id: number }>('./installation')
  const mint = async (wish: Wish) => {
    const path = `/app/installations/${installationId}/access_tokens`
    return (await jwt.send<{ token: string }>('POST', path, wish)).token
  }
  let kept: { token: string; until: number } | null = null
  const current = async () => {
    if (!kept || kept.until < now()) kept = { token: await mint({}), until: now() + RENEW_MS }
    return `token ${kept.token}`
  }
  return {
    jwt,
    installationId,
    app: createClient(door, current),
    narrowed: async wish => {
      const token = await mint(wish)
      return createClient(door, async () => `token ${token}`)
    },
    forget: () => {
      kept = null
    },
  }
}
