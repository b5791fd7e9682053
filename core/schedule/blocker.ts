import type { BlockerFacts } from '../world.ts'

/**
 * Why other issues keep a task from starting. Only what it is: nearly all tasks of a large repository wait, and
 * `explainBlockage` finds the words for those of which somebody reads.
 */
export type Blockage =
  /** It waits for these: at least one. */
  | { is: 'blockers'; blockers: readonly BlockerFacts[] }
  /** It waits for itself: each of `path` for the next, the last for the first; `parts`: where that goes from an epic to what is below it. */
  | { is: 'circle'; path: readonly number[]; parts: readonly { whole: number; part: number }[] }
  /** It waits for itself: for this issue, which it is a part of. */
  | { is: 'whole'; issue: number }
  /** What it is a part of is kept back. */
  | { is: 'parent'; parent: number; by: Blockage }

/** Old issues were closed without a reason; that was "done". */
export function hasLanded({ state, stateReason }: BlockerFacts): boolean {
  return state === 'closed' && (stateReason === null || stateReason === 'completed')
}

/**
 * GitHub counts it among the open blockers and does not show it to the app, which is not installed where it is. Nobody here can know
 * more of it than that it is there.
 */
export const UNSEEN: BlockerFacts = { issue: 0, repo: '', title: '', state: 'open', stateReason: null }

export function isUnseen({ issue }: Pick<BlockerFacts, 'issue'>): boolean {
  return issue === UNSEEN.issue
}

/** `#7`, or `acme/other#7` for an issue of another repository. */
export function printIssue({ repo, issue }: Pick<BlockerFacts, 'repo' | 'issue'>): string {
  return isUnseen({ issue }) ? 'an issue that the app cannot see' : `${repo ?? ''}#${issue}`
}
