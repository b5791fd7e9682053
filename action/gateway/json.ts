/** Reading what others wrote: every step may find nothing, and nothing is believed to have a shape. */
export type Json = Record<string, unknown>

export function objectOf(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null
}

export function objectsOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(objectOf).filter(one => one !== null) : []
}

/** A number of tokens: whole and not negative. Null for everything else. */
export function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null
}

export function parseObject(text: string): Json | null {
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return null
  }
}
