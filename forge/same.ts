/**
 * Do these hold the same? For plain data: arrays, maps and objects of values. Quick where parts are the very same object,
 * as most facts of two passes are.
 */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => isSame(item, b[i]))
  if (a instanceof Map) {
    return (
      b instanceof Map &&
      a.size === b.size &&
      [...a].every(([key, value]) => b.has(key) && isSame(value, b.get(key)))
    )
  }
  return isSameObject(a, b)
}

function isSameObject(a: object, b: object): boolean {
  if (Array.isArray(b) || b instanceof Map) return false
  const keys = Object.keys(a)
  const [ours, theirs] = [a, b] as [Record<string, unknown>, Record<string, unknown>]
  return (
    keys.length === Object.keys(b).length &&
    keys.every(key => Object.hasOwn(theirs, key) && isSame(ours[key], theirs[key]))
  )
}
