import { listPaths } from '../gates/verdict.ts'
import type { LandingPath } from '../landing/table.ts'
import type { Turn } from '../landing/turn.ts'
import type { GateText } from './gate.ts'

/** So many are named; of more it is told that there are more than these, so that few landings change what is said. */
const NAMED = 3
const ROUND = [100, 50, 25, 12, 6, NAMED]

/** `#12, #13 and #14`, or `more than 6 others`. */
export function printAhead(pulls: readonly number[]): string {
  if (pulls.length > NAMED) return `more than ${ROUND.find(most => most < pulls.length)} others`
  const names = pulls.map(number => `#${number}`)
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

/** Follows "asks for up-to-date branches: ". `most`: so many land by one run; `took`: how long that takes, in words. */
export function explainNext(
  path: LandingPath,
  { ahead, clashes }: Turn,
  { most, took }: { most: number; took: string | null },
): string {
  if (path !== 'train' && path !== 'one-by-one') return 'press "Update branch"'
  if (clashes !== null)
    return `it does not merge with #${clashes}, which goes first, and waits for what becomes of that`
  if (ahead.length === 0) return NEXT[path]
  const each = path === 'train' ? `up to ${most}` : 'one'
  const again = took === null ? '' : `, which takes ${took}`
  const they = `${printAhead(ahead)} ${ahead.length === 1 ? 'goes' : 'go'} first, ${each} for each run of CI${again}`
  return `${they}; then ${path === 'train' ? 'it is judged, with others that are ready' : 'Chorus brings it up to date'}`
}

const NEXT = {
  train:
    'when nothing else stands in the way, Chorus has it judged on the newest commit, with others that are ready',
  'one-by-one': 'Chorus brings it up to date when nothing else stands in the way',
} as const

type Behind = {
  /** Pull requests that land before it. */
  ahead: readonly number[]
  /** Paths that it changes as they do. */
  shared: readonly string[]
  /** How long its CI takes, in words; null where nobody knows. */
  took: string | null
}

/** The gate of one that passes every gate and waits for its lane. */
export function writeBehind({ ahead, shared, took }: Behind): GateText {
  const them = printAhead(ahead)
  const is = ahead.length === 1 ? 'goes' : 'go'
  const why =
    shared.length === 0
      ? 'what they change belongs together: one of them changes what all depends on, GitHub cut a list of files, or they broke together before'
      : `${ahead.length === 1 ? 'it changes' : 'they change'} ${listPaths(shared)}, too`
  const again = took === null ? '' : `, which takes ${took}`
  return {
    title: `Waits for ${them} in its lane${took === null ? '' : `; CI takes ${took}`}`,
    summary: `**Waiting:** every gate passes, and ${them} ${is} first: ${why}. Then this is judged on top of that${again}, and lands.\n`,
  }
}

/** The same of one that waits for those who are judged together before it. */
export function writeTurn(ahead: readonly number[]): GateText {
  const them = printAhead(ahead)
  const first = ahead.length === 1 ? 'goes first, and is judged' : 'go first, and are judged'
  return {
    title: `Waits for ${them}`,
    summary: `**Waiting:** every gate passes, and ${them} ${first} by now. Then it is the turn of this one.\n`,
  }
}

/** The same where it is judged together with others. @param place as `printPlace` says it */
export function writeAboard(place: string): GateText {
  return {
    title: place.charAt(0).toUpperCase() + place.slice(1),
    summary: `**Waiting:** every gate passes, and it is ${place}. Green, it lands.\n`,
  }
}
