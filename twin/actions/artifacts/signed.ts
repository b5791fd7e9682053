import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { TwinState } from '../../state.ts'

const keys = new WeakMap<TwinState, Buffer>()

/** The twin's own key for links and runtime tokens; never leaves the process. */
export function signature(state: TwinState, text: string): string {
  const key = keys.get(state) ?? randomBytes(32)
  keys.set(state, key)
  return createHmac('sha256', key).update(text).digest('base64url')
}

export function sameSignature(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** A link that works without a token, for one method, until its time is over. */
export function signedLink(state: TwinState, method: 'GET' | 'PUT', path: string, lifeMs: number): string {
  const end = state.clock.now() + lifeMs
  return `${state.url}${path}?se=${end}&sp=${method}&sig=${signature(state, `${method} ${path} ${end}`)}`
}

export function linkHolds(state: TwinState, method: string, url: URL): boolean {
  const end = Number(url.searchParams.get('se'))
  const wanted = signature(state, `${method} ${url.pathname} ${end}`)
  return end >= state.clock.now() && sameSignature(url.searchParams.get('sig') ?? '', wanted)
}
