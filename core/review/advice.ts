import { type Folding, hasTriesLeft } from '../fold.ts'
import type { Revision, TaskRecord } from '../ledger.ts'
import type { TaskState } from '../state.ts'
import { printFindings } from '../words/review.ts'
import { readOpinion } from './standing.ts'

type Proposed = Extract<TaskState, { is: 'proposed' }>

const CAUSE = 'opinion:'

/**
 * What a reviewing agent found becomes the next attempt, as often as the configuration says and as long as the agent has
 * tries left. `rebase` counts the old change for nothing: what was wrong with it is all that goes on.
 */
export function findAdvice(facts: Folding, { review, attempt, verdicts }: Proposed): Revision | null {
  if (review.is !== 'given' || review.verdict === 'approve') return null
  const isOverruled = verdicts.all.find(line => line.gate === 'reviewer')?.verdict.is === 'pass'
  if (isOverruled || !goesBack(facts, attempt)) return null
  const read = readOpinion(facts.task, facts.world)
  if (read === null || read.number !== review.number) return null
  return {
    attempt: attempt + 1,
    why: 'review',
    by: null,
    at: facts.record.opinion?.at ?? facts.now,
    text: printFindings(read.opinion),
    told: true,
    from: review.verdict === 'rebase' ? 'base' : 'head',
    cause: `${CAUSE}${review.number}`,
  }
}

/** May one more review send it back? */
function goesBack(facts: Folding, attempt: number): boolean {
  const { config, record } = facts
  if (!config.ok || !hasTriesLeft(facts, attempt)) return false
  const sent = record.revisions.filter(
    ({ cause, attempt: number }) => cause.startsWith(CAUSE) && number > record.voidThrough,
  )
  return sent.length < config.value.review.rounds
}

/** Did that review become another attempt? */
export function wasSentBack({ revisions }: Pick<TaskRecord, 'revisions'>, review: number): boolean {
  return revisions.some(({ cause }) => cause === `${CAUSE}${review}`)
}
