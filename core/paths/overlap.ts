import { reach, type State, toMachine } from './glob.ts'

/** The first pair of patterns, one of each scope, that some path could match both of; null when there is none. */
export function scopesMeet(
  ours: readonly string[],
  theirs: readonly string[],
): readonly [string, string] | null {
  for (const one of ours) for (const other of theirs) if (patternsMeet(one, other)) return [one, other]
  return null
}

/**
 * Is there a path that both patterns match? Walks the product of both automata, each pair of states once. Instead of all
 * characters it tries those that stand in the patterns and the ones right after them: every class of characters that the
 * patterns tell apart has one of these in it.
 */
export function patternsMeet(one: string, other: string): boolean {
  if (one === other) return toMachine(one).states.length > 0
  if (!prefixesMeet(one, other)) return false
  const [a, b] = [toMachine(one), toMachine(other)]
  if (a.states.length === 0 || b.states.length === 0) return false
  const letters = [...new Set([...one, ...other, '/'].flatMap(letter => [letter, after(letter)]))]
  const seen = new Set<number>()
  const queue: [number, number][] = []
  const add = (xs: Iterable<number>, ys: Iterable<number>) => {
    const right = [...ys]
    for (const x of xs) {
      for (const y of right) {
        const key = x * b.states.length + y
        if (!seen.has(key)) queue.push([x, y])
        seen.add(key)
      }
    }
  }
  add(reach(a, [a.start]), reach(b, [b.start]))
  for (const [x, y] of queue) {
    if (x === 0 && y === 0) return true
    if (readTogether(a.states[x]!, b.states[y]!, letters))
      add(reach(a, a.states[x]!.next), reach(b, b.states[y]!.next))
  }
  return false
}

function readTogether({ test: one }: State, { test: other }: State, letters: readonly string[]): boolean {
  return one !== null && other !== null && letters.some(letter => one(letter) && other(letter))
}

function after(letter: string): string {
  return String.fromCodePoint(Math.min(letter.codePointAt(0)! + 1, 0x10ffff))
}

/** Most scopes lie in different folders: what stands before the first mark already says so. */
function prefixesMeet(one: string, other: string): boolean {
  const [a, b] = [plainStart(one), plainStart(other)]
  return a.startsWith(b) || b.startsWith(a)
}

function plainStart(pattern: string): string {
  return /^[^*?[{\\]*/.exec(pattern)![0]
}
