import { GATE_CHECK, parseBranch } from '../../../core/names.ts'
import type { Pull } from '../../../twin/pulls/state.ts'
import { find, pullsOf } from '../interleavings/people.ts'
import type { Place } from '../interleavings/place.ts'
import { openPulls } from './ci.ts'
import { check } from './given.ts'
import { revertsOf } from './people.ts'

/** What holds for each task and each pull request after every step. */
export type Order = {
  /** Closed since the last look. Asked for before main is read: GitHub's queue goes on landing meanwhile, and closes what it lands. */
  closing(): readonly number[]
  /** `inside`: what is on main, where that moved; null where it did not. `read`: the same, asked for. */
  look(closing: readonly number[], inside: Inside | null, read: () => Promise<Inside>): Promise<void>
}

/** Attempts by issue. */
type Inside = ReadonlyMap<number, number>

export function openOrder(place: Place, issues: readonly number[]): Order {
  const closed = new Set<number>()
  const merged = new Set<number>()
  const green = new Set<string>()
  let before: Inside = new Map()
  return {
    closing: () => issues.filter(issue => find(place, issue).state === 'closed' && !closed.has(issue)),
    async look(closing, inside, read) {
      expectGated(place, { known: merged, green })
      expectOneEach(place, issues)
      if (inside !== null) {
        expectStays(place, before, inside)
        before = inside
      }
      // Nobody closes issues here: one that is closed has landed.
      if (closing.length === 0) return
      const there = inside ?? (await read())
      for (const issue of closing) check(there.has(issue), 'I4', `#${issue} is closed, and not on main`)
      for (const issue of closing) closed.add(issue)
    },
  }
}

type Seen = { known: Set<number>; green: Set<string> }

/**
 * I1: what GitHub shows as merged came with something whose gate was green at that very head. On integration no rule asks for the
 * gate: there a merge that was asked for comes through after another controller took the green back, as for a freeze.
 */
function expectGated({ repo }: Place, { known, green }: Seen): void {
  for (const one of repo.checkRuns.values())
    if (one.name === GATE_CHECK && one.conclusion === 'success') green.add(one.head_sha)
  const all = [...repo.pulls.values()].filter(pull => pull.merged)
  for (const pull of all) {
    if (known.has(pull.number)) continue
    known.add(pull.number)
    const together = all.filter(one => one.mergeCommitSha === pull.mergeCommitSha)
    check(
      together.some(one => (pull.base.ref === 'main' ? isGreen(repo, one) : green.has(one.head.sha))),
      'I1',
      `#${pull.number} landed without a green gate at its head`,
    )
  }
}

function isGreen({ checkRuns }: Place['repo'], { head }: Pull): boolean {
  return [...checkRuns.values()].some(
    one => one.head_sha === head.sha && one.name === GATE_CHECK && one.conclusion === 'success',
  )
}

/** I3, I4, I7: one pull request at a time, which lands once, and one comment that says how it stands. */
function expectOneEach(place: Place, issues: readonly number[]): void {
  const open = openPulls(place)
  for (const issue of issues) {
    const pulls = pullsOf(place, issue)
    const shown = pulls.filter(pull => open.includes(pull) && parseBranch(pull.head.ref) !== null)
    check(shown.length <= 1, 'I3', `#${issue} is shown by ${shown.map(pull => `#${pull.number}`)}`)
    const landings = pulls.filter(pull => pull.merged).length - revertsOf(place, issue).length
    check(landings <= 1, 'I3', `#${issue} landed ${landings} times`)
  }
}

/** I4: what has landed stays, but for what is taken back. */
function expectStays(place: Place, before: Inside, inside: Inside): void {
  for (const issue of before.keys())
    check(inside.has(issue) || revertsOf(place, issue).length > 0, 'I4', `#${issue} is on main no more`)
}
