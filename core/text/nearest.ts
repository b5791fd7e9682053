/** The known name that `word` begins, or else the closest by edit distance; null when none is close enough to be what was meant. */
export function nearest(word: string, known: readonly string[]): string | null {
  const begun = known.filter(name => word.length >= 4 && name.startsWith(word.toLowerCase()))
  if (begun.length === 1) return begun[0]!
  let best: string | null = null
  let least = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const name of known) {
    const distance = editDistance(word.toLowerCase(), name.toLowerCase())
    if (distance < least) [best, least] = [name, distance]
  }
  return best
}

/** Levenshtein's distance, two rows at a time. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(swap, previous[j]! + 1, row[j - 1]! + 1))
    }
    previous = row
  }
  return previous[b.length]!
}
