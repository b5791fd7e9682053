import { HttpError, invalid } from '../http/route.ts'
import { type Identity, parseDate } from './identity.ts'

/** A field that must be a non-empty string. @throws 422 */
export function requireText(body: Record<string, unknown>, field: string, resource: string): string {
  const value = body[field]
  if (typeof value !== 'string' || value === '') throw invalid(resource, field, 'missing_field')
  return value
}

export function optionalText(body: Record<string, unknown>, field: string): string | undefined {
  const value = body[field]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A full object id. @throws 422 */
export function requireSha(body: Record<string, unknown>, field: string): string {
  const value = body[field]
  if (typeof value === 'string' && /^[0-9a-f]{40}$/.test(value)) return value
  throw new HttpError(422, `The ${field} parameter must be exactly 40 characters and contain only [0-9a-f].`)
}

/** `author`, `committer`, `tagger`: name and email are needed once the object is given. @throws 422 */
export function identityField(
  body: Record<string, unknown>,
  field: string,
  now: string,
): Identity | undefined {
  const value = body[field]
  if (typeof value !== 'object' || value === null) return undefined
  const { name, email, date } = value as Record<string, unknown>
  if (typeof name !== 'string' || typeof email !== 'string' || name === '' || email === '') {
    throw new HttpError(422, `Invalid request.\n\n"name", "email" weren't supplied for ${field}.`)
  }
  const when = typeof date === 'string' ? parseDate(date) : now
  if (when === undefined) throw new HttpError(422, `Invalid request.\n\n${field}.date is not a date-time.`)
  return { name, email, date: when }
}
