export type Json = Record<string, unknown>

/** What came over the wire as an object; anything else is an empty one. */
export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

export function objectsOf(value: unknown): Json[] {
  return listOf(value).map(objectOf)
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Text as clients write it: a string, or a list of parts with `text` in them. */
export function wordsOf(value: unknown): string {
  if (typeof value === 'string') return value
  return objectsOf(value)
    .map(part => textOf(part.text))
    .filter(text => text !== '')
    .join('\n')
}
