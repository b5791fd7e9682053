import { HttpError } from '../http/route.ts'

type Body = Record<string, unknown>

function wrong(name: string, value: unknown, expected: string): HttpError {
  const shown = JSON.stringify(value)
  return new HttpError(422, `Invalid request.\n\nFor 'properties/${name}', ${shown} is not ${expected}.`)
}

/** A string of the body, undefined when absent. @throws 422 for anything else */
export function text(body: Body, name: string): string | undefined {
  const value = body[name]
  if (value === undefined || typeof value === 'string') return value
  throw wrong(name, value, 'a string')
}

/** A string or null, undefined when absent. */
export function textOrNull(body: Body, name: string): string | null | undefined {
  return body[name] === null ? null : text(body, name)
}

/** @throws 422 when absent */
export function needText(body: Body, name: string): string {
  const value = text(body, name)
  if (value === undefined) throw missing(name)
  return value
}

export function missing(name: string): HttpError {
  return new HttpError(422, `Invalid request.\n\n"${name}" wasn't supplied.`)
}

export function number(body: Body, name: string): number | undefined {
  const value = body[name]
  if (value === undefined || typeof value === 'number') return value
  throw wrong(name, value, 'a number')
}

export function needNumber(body: Body, name: string): number {
  const value = number(body, name)
  if (value === undefined) throw missing(name)
  return value
}

export function flag(body: Body, name: string): boolean | undefined {
  const value = body[name]
  if (value === undefined || typeof value === 'boolean') return value
  throw wrong(name, value, 'a boolean')
}

/** Strings; labels may also come as `{name}`. */
export function texts(body: Body, name: string): string[] | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) throw wrong(name, value, 'an array')
  return value.map(each => {
    if (typeof each === 'string') return each
    if (isObject(each) && typeof each.name === 'string') return each.name
    throw wrong(name, each, 'a string')
  })
}

export function objects(body: Body, name: string): Body[] | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value) || !value.every(isObject)) throw wrong(name, value, 'an array of objects')
  return value
}

export function object(body: Body, name: string): Body | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  if (!isObject(value)) throw wrong(name, value, 'an object')
  return value
}

export function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** One of a closed list. @throws 422 otherwise */
export function choice<T extends string>(body: Body, name: string, allowed: readonly T[]): T | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  const found = allowed.find(each => each === value)
  if (found === undefined) throw wrong(name, value, `a member of ${JSON.stringify(allowed)}`)
  return found
}
