import type { TaskRecord } from '../ledger.ts'

/** How a revision tells that a review by an agent caused it. */

const CAUSE = 'opinion:'

export function printCause(review: number): string {
  return `${CAUSE}${review}`
}

export function isOpinion(cause: string): boolean {
  return cause.startsWith(CAUSE)
}

type Revised = Pick<TaskRecord, 'revisions'>

/** Did that review become another attempt? */
export function wasSentBack({ revisions }: Revised, review: number): boolean {
  return revisions.some(({ cause }) => cause === printCause(review))
}

/** Did a review say that attempt `number` has to begin afresh? */
export function sentBackToBegin({ revisions }: Revised, number: number): boolean {
  return revisions.some(
    ({ attempt, cause, from }) => attempt === number && from === 'base' && isOpinion(cause),
  )
}
