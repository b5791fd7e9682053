import type { Policy } from './policy.ts'

/** All that a decision about landing looks at: plain data, read anew at every wake. */
export type Snapshot = {
  policy: Policy
  /** Proposals that pass every gate of their own. In any order. */
  queue: readonly Item[]
  /** What landed since the oldest of `runs` was built, oldest first; what others pushed is an item that touches everything. */
  landed: readonly Pick<Item, 'key' | 'surface'>[]
  runs: readonly Run[]
  /** Runs that may be under way at once, those that are being cancelled included. */
  slots: number
  /** How many proposals a run may stand on, see `window.ts`. */
  window: number
  /** Pairs of keys that do not merge with one another, as `printPair` writes them. */
  collisions: ReadonlySet<string>
  /** Pairs of keys that broke together once, though they touch nothing in common. */
  coupled: ReadonlySet<string>
  frozen: boolean
}

export type Item = {
  id: string
  /** Its content and how often it was tried: a new head, or a second try, is another key. */
  key: string
  /** Ids that have to land before it. */
  parents: readonly string[]
  /** What it touches, in words of whoever asks: files, modules. `EVERYTHING` overlaps with all. */
  surface: readonly string[]
  /** Smaller goes first. */
  rank: number
  /** How often it was red alone, on a base that was green. */
  failures: number
}

export const EVERYTHING = '*'

/** One judgement by CI of `members` on top of the first `after` of `landed`. */
export type Run = {
  id: string
  members: readonly string[]
  after: number
  /** `ending`: cancelled, and still in its slot. `broken`: it says nothing about the members; it is simply run again. */
  state: 'running' | 'ending' | 'passed' | 'failed' | 'broken'
}

export function printPair(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`
}
