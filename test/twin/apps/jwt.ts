import { createSign } from 'node:crypto'

/** An app's JWT; times are seconds from `now` (milliseconds). */
export function signJwt(
  app: { id: number | string; privateKey: string },
  now: number,
  times: { iat?: number; exp?: number } = {},
): string {
  const seconds = Math.floor(now / 1000)
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { iss: app.id, iat: seconds + (times.iat ?? -30), exp: seconds + (times.exp ?? 540) }
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`
  return `${text}.${createSign('RSA-SHA256').update(text).sign(app.privateKey).toString('base64url')}`
}
