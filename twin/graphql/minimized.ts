/** What was hidden, and why; only GraphQL shows and changes it. */
const reasons = new WeakMap<object, string>()

export function minimize(thing: object, classifier: string): void {
  reasons.set(thing, classifier.toLowerCase().replace('_', '-'))
}

/** Null unless it was minimized. */
export function minimizedReason(thing: object): string | null {
  return reasons.get(thing) ?? null
}
