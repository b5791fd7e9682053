import { type Blockage, isUnseen, printIssue } from '../schedule/blocker.ts'
import type { BlockerFacts } from '../world.ts'

export function explainWait(why: string | Blockage): string {
  return typeof why === 'string' ? why : explainBlockage(why)
}

/** In one line, why other issues keep a task from starting. */
export function explainBlockage(why: Blockage): string {
  switch (why.is) {
    case 'blockers':
      return explainBlockers(why.blockers)
    case 'circle':
      return explainCircle(why.path, why.parts)
    case 'whole':
      return explainWhole(why.issue)
    case 'parent':
      return explainParent(why.parent, explainBlockage(why.by))
  }
}

/** The first that people can act on, and how many more there are. */
function explainBlockers(blockers: readonly BlockerFacts[]): string {
  // What nobody is working on comes first: waiting does not help there.
  const first =
    blockers.find(blocker => blocker.state === 'closed') ?? blockers.find(isUnseen) ?? blockers[0]!
  if (blockers.length === 1) return explainBlocker(first)
  const [one, two] = [blockers[0]!, blockers[1]!]
  if (blockers.length === 2)
    return `${explainBlocker(first)}; and for ${printIssue(first === one ? two : one)}`
  return `${explainBlocker(first)}; and for ${listIssues(blockers.filter(other => other !== first))}`
}

function explainBlocker(blocker: BlockerFacts): string {
  if (isUnseen(blocker))
    return `waits for ${printIssue(blocker)}: install the app on the repository of that issue, too, or take the "blocked by" link off`
  if (blocker.state === 'open') return `waits for ${printIssue(blocker)} (${shorten(blocker.title)})`
  return `${printIssue(blocker)} was closed as ${(blocker.stateReason ?? '').replaceAll('_', ' ')}, so it never gets done: take the "blocked by" link off if this can go on without it`
}

/** It is named by its number; its title only helps. Characters. */
const LONGEST_TITLE = 80

function shorten(title: string): string {
  return title.length <= LONGEST_TITLE
    ? title
    : `${title
        .slice(0, LONGEST_TITLE - 1)
        .toWellFormed()
        .trimEnd()}…`
}

const MOST_LISTED = 3

function listIssues(blockers: readonly BlockerFacts[]): string {
  const listed = blockers.slice(0, MOST_LISTED).map(printIssue).join(', ')
  const rest = blockers.length - MOST_LISTED
  return rest > 0 ? `${listed} and ${rest} more` : listed
}

export function explainFull(place: { is: 'all' | 'agent' | 'epic'; name: string; most: number }): string {
  const { name, most } = place
  switch (place.is) {
    case 'all':
      return `waits for a free place: ${most} attempts run at once at most (limits.parallel)`
    case 'agent':
      return `waits for ${name}: ${most} of its attempts run at once at most (agents.${name}.max_parallel)`
    case 'epic':
      return `waits for a free place in its epic #${name}: ${most} attempts run there at once at most (limits.per_epic)`
  }
}

export function explainReviews(count: number): string {
  return `waits until people have caught up: ${count} pull requests wait for them (limits.reviews)`
}

/** @param meet a pattern of its own, and one of the other's. */
export function explainLease(other: number, meet: readonly [string, string]): string {
  const [own, theirs] = meet
  const where = own === theirs ? own : `${own} and ${theirs}`
  return `waits until #${other} has landed, which may write the same files (${where})`
}

function explainCircle(path: readonly number[], parts: readonly { whole: number; part: number }[]): string {
  const round = [...path, path[0]].map(number => `#${number}`).join(' → ')
  const told = parts.map(({ whole, part }) => `#${part} is a part of #${whole}, which is done only after it`)
  const why = told.length === 0 ? '' : ` (${told.join('; ')})`
  return `waits for itself: ${round}${why}; take one of these "blocked by" links off`
}

function explainWhole(above: number): string {
  return `waits for itself: it is a part of #${above}, which is done only after it; take the "blocked by" link to #${above} off`
}

/** @param why of the parent itself */
function explainParent(parent: number, why: string): string {
  return why.startsWith('waits') ? `its parent #${parent} ${why}` : `its parent #${parent} is blocked: ${why}`
}
