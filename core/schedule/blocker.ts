import type { BlockerFacts } from '../world.ts'

/** Old issues were closed without a reason; that was "done". */
export function hasLanded({ state, stateReason }: BlockerFacts): boolean {
  return state === 'closed' && (stateReason === null || stateReason === 'completed')
}

/** `#7`, or `acme/other#7` for an issue of another repository. */
export function printIssue({ repo, issue }: Pick<BlockerFacts, 'repo' | 'issue'>): string {
  return `${repo ?? ''}#${issue}`
}
