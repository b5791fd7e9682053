import { touchedPaths } from '../gates/paths.ts'
import { scopesMeet } from '../paths/overlap.ts'
import { readTask } from '../task.ts'
import { splitSections } from '../text/sections.ts'
import { spokenLines } from '../text/speech.ts'
import { visibleText } from '../text/visible.ts'
import type { TaskFacts } from '../world.ts'

/** Path patterns that a task writes, or is likely to; empty where nobody can tell. */
export type WriteSet = readonly string[]

/** The first pair of patterns, one of each, that some path could match both of; null when there is none. */
export type Meet = (ours: WriteSet, theirs: WriteSet) => readonly [string, string] | null

/** Two patterns of which experience says: whoever writes the one writes the other too. */
export type Coupling = readonly [string, string]

/** What an attempt at this task is likely to write: the scope that it names, else the paths in its text, output and examples aside. */
export function predictWrites({ issue }: Pick<TaskFacts, 'issue'>): WriteSet {
  const read = readTask(issue)
  if (read.ok && read.value.scope.length > 0) return read.value.scope
  const goal = spokenLines(splitSections(visibleText(issue.body))('goal'))
  const said = [visibleText(issue.title), ...goal].join('\n')
  return [...new Set(said.match(PATH) ?? [])].filter(path => !path.includes('//')).map(escapePattern)
}

/** `src/cart.ts`, in backticks or bare: at least one folder, and a name with an ending; no part of an address. */
const PATH = /(?<![\w:/.@-])(?:[\w.@-]{1,60}\/){1,8}[\w.@-]{1,60}\.[A-Za-z]\w{0,7}\b(?![\w/])/g

/** From dispatch to landing it holds what it was to write, and, once that can be seen, what it has written. */
export function heldWrites(task: TaskFacts, predicted: WriteSet): WriteSet {
  const changes = task.pull?.state === 'open' ? task.pull.changes : null
  if (changes === null) return predicted
  return [...new Set([...predicted, ...narrow(touchedPaths(changes)).map(escapePattern)])]
}

/** Changes of very many files are told by their folders. */
const MOST = 200

function narrow(paths: readonly string[]): readonly string[] {
  if (paths.length <= MOST) return paths
  return [...new Set(paths.map(path => path.slice(0, path.indexOf('/') + 1) || path))]
}

/** A pattern that matches this path only. */
export function escapePattern(path: string): string {
  return path.replace(/[*?[\]{}\\]/g, '\\$&')
}

/** Comparing patterns costs more than all else about them, and there are few different ones: sets are told apart by numbers. */
export function createMeet(): Meet {
  let numbers = new Map<string, number>()
  let numbered = new WeakMap<WriteSet, number>()
  let known = new Map<number, readonly [string, string] | null>()
  const numberOf = (writes: WriteSet): number => {
    const before = numbered.get(writes)
    if (before !== undefined) return before
    const key = writes.join('\n')
    const number = numbers.get(key) ?? numbers.size
    numbers.set(key, number)
    numbered.set(writes, number)
    return number
  }
  return (ours, theirs) => {
    if (ours.length === 0 || theirs.length === 0) return null
    if (numbers.size >= MOST_SETS || known.size >= MOST_KNOWN) {
      numbers = new Map()
      numbered = new WeakMap()
      known = new Map()
    }
    const key = numberOf(ours) * MOST_SETS * 2 + numberOf(theirs)
    const before = known.get(key)
    if (before !== undefined) return before
    const meet = scopesMeet(ours, theirs)
    known.set(key, meet)
    return meet
  }
}

const MOST_SETS = 20_000
const MOST_KNOWN = 100_000

/** With what experience adds. */
export function withCoupled(writes: WriteSet, couplings: readonly Coupling[]): WriteSet {
  if (couplings.length === 0 || writes.length === 0) return writes
  const more = couplings.flatMap(([a, b]) => [
    ...(scopesMeet(writes, [a]) === null ? [] : [b]),
    ...(scopesMeet(writes, [b]) === null ? [] : [a]),
  ])
  return more.length === 0 ? writes : [...new Set([...writes, ...more])]
}

/** Changes of more files than this couple nothing: they have to do with too much. */
const MOST_COUPLED = 8

/** All files of the one as a pattern, and all of the other; null where they share one, as then they wait for each other anyway. */
export function coupleFiles(ours: readonly string[], theirs: readonly string[]): Coupling | null {
  if (ours.length === 0 || theirs.length === 0) return null
  if (ours.length > MOST_COUPLED || theirs.length > MOST_COUPLED) return null
  if (ours.some(path => theirs.includes(path))) return null
  return [anyOf(ours), anyOf(theirs)]
}

function escapeComma(pattern: string): string {
  return pattern.replaceAll(',', '\\,')
}

function anyOf(paths: readonly string[]): string {
  const [first, ...more] = paths.map(escapePattern)
  return more.length === 0 ? first! : `{${[first!, ...more].map(escapeComma).join(',')}}`
}
