import { createVerify } from 'node:crypto'
import { HttpError } from '../http/route.ts'
import type { TwinState } from '../state.ts'
import type { App } from './state.ts'

type Claims = { iss?: string | number; iat?: number; exp?: number }

/** Ten minutes, and a little for clocks that differ. */
const LONGEST = 600
const DRIFT = 60

// Clients (octokit among them) look for these sentences to find out that their clock is off.
const EXPIRED =
  "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"
const TOO_FAR = "'Expiration time' claim ('exp') is too far in the future"
const ISSUED =
  "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"

/** The app that signed this token with RS256. Throws 401 with GitHub's sentences. */
export function appOfJwt(state: TwinState, jwt: string): App {
  const [head = '', claims = '', signature = ''] = jwt.split('.')
  const header = decode<{ alg?: string }>(head)
  const payload = decode<Claims>(claims)
  const app = payload && appByIssuer(state, payload.iss)
  if (!app || header?.alg !== 'RS256' || !signed(app, `${head}.${claims}`, signature)) throw undecodable()
  checkTimes(payload, Math.floor(state.clock.now() / 1000))
  return app
}

function checkTimes(claims: Claims, now: number): void {
  const { iat, exp } = claims
  if (!Number.isInteger(iat) || Number(iat) > now + DRIFT) throw new HttpError(401, ISSUED)
  if (!Number.isInteger(exp) || Number(exp) <= now) throw new HttpError(401, EXPIRED)
  if (Number(exp) > now + LONGEST + DRIFT) throw new HttpError(401, TOO_FAR)
}

export function undecodable(): HttpError {
  return new HttpError(401, 'A JSON web token could not be decoded')
}

function appByIssuer(state: TwinState, issuer: string | number | undefined): App | undefined {
  return [...state.apps.apps.values()].find(
    app => String(app.id) === String(issuer) || app.clientId === issuer,
  )
}

function signed(app: App, text: string, signature: string): boolean {
  if (!app.publicKey) return false
  return createVerify('RSA-SHA256').update(text).verify(app.publicKey, Buffer.from(signature, 'base64url'))
}

function decode<T>(part: string): T | null {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as T
  } catch {
    return null
  }
}
