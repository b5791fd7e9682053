import type { Actor } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import type { UserWire } from '../wire.ts'

type Signed = { user: UserWire | null | undefined; via?: { id: number } | null | undefined }

/**
 * Who did it. A bot carries its App's id where GitHub tells it, else 0, never the id of its account: that is from
 * another row of numbers and could be taken for an App's. A deleted account is the ghost, id 0.
 */
export function actorOf(forge: Forge, { user, via }: Signed): Actor {
  if (user === null || user === undefined) return { id: 0, login: 'ghost', kind: 'person' }
  if (user.type !== 'Bot') return { id: user.id, login: user.login, kind: 'person' }
  const id = user.login === forge.app.login ? forge.app.id : (via?.id ?? 0)
  return { id, login: user.login, kind: 'app' }
}

/** No person's login can hold brackets, so a bot of our name is ours. */
export function isOurs(forge: Forge, user: UserWire | null | undefined): boolean {
  return user?.type === 'Bot' && user.login === forge.app.login
}

export function instant(text: string | null | undefined): number {
  return text === null || text === undefined ? 0 : Date.parse(text)
}
