/** A bounded map that forgets what was used longest ago. Bounded by count, or by weight where entries are of unlike size. */
export type Lru<V, K = string> = {
  get(key: K): V | undefined
  set(key: K, value: V): void
  delete(key: K): void
  /** Least lately used first. Not to be read from meanwhile: that changes the order. */
  values(): IterableIterator<V>
  readonly size: number
}

/** @param weigh what an entry counts for. The newest stays, however heavy. */
export function createLru<V, K = string>(limit: number, weigh: (value: V) => number = () => 1): Lru<V, K> {
  // A Map keeps insertion order: the first key is the oldest.
  const entries = new Map<K, V>()
  let weight = 0
  function remove(key: K): void {
    const value = entries.get(key)
    if (value !== undefined) weight -= weigh(value)
    entries.delete(key)
  }
  return {
    get(key) {
      const value = entries.get(key)
      if (value === undefined) return undefined
      entries.delete(key)
      entries.set(key, value)
      return value
    },
    set(key, value) {
      remove(key)
      entries.set(key, value)
      weight += weigh(value)
      for (const oldest of entries.keys()) {
        if (weight <= limit || oldest === key) break
        remove(oldest)
      }
    },
    delete: remove,
    values: () => entries.values(),
    get size() {
      return entries.size
    },
  }
}
