import { printIssue } from '../schedule/blocker.ts'
import type { BlockerFacts } from '../world.ts'

/** The first that people can act on, and how many more there are. */
export function explainBlockers(blockers: readonly BlockerFacts[]): string {
  // What nobody is working on comes first: waiting does not help there.
  const first = blockers.find(blocker => blocker.state === 'closed') ?? blockers[0]
  if (first === undefined) return ''
  if (blockers.length === 1) return explainBlocker(first)
  return `${explainBlocker(first)}; and for ${listIssues(blockers.filter(other => other !== first))}`
}

function explainBlocker(blocker: BlockerFacts): string {
  if (blocker.state === 'open') return `waits for ${printIssue(blocker)} (${blocker.title})`
  return `${printIssue(blocker)} was closed as "${blocker.stateReason}", not completed: take the link off if it no longer matters`
}

const MOST_LISTED = 3

function listIssues(blockers: readonly BlockerFacts[]): string {
  const listed = blockers.slice(0, MOST_LISTED).map(printIssue).join(', ')
  const rest = blockers.length - MOST_LISTED
  return rest > 0 ? `${listed} and ${rest} more` : listed
}

/** `path`: each waits for the next, the last for the first. */
export function explainCircle(path: readonly number[]): string {
  const round = [...path, path[0]].map(number => `#${number}`).join(' → ')
  return `waits for itself: ${round}; take one of these "blocked by" links off`
}

export function explainParent(parent: number, why: string): string {
  return `its parent #${parent} ${why}`
}
