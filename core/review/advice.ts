import { hasTriesLeft } from '../attempt/tries.ts'
import type { Folding } from '../fold.ts'
import type { Revision } from '../ledger.ts'
import type { TaskState } from '../state.ts'
import { printFindings } from '../words/review.ts'
import { isOpinion, printCause } from './cause.ts'
import { readOpinion, showsAttempt } from './standing.ts'

type Proposed = Extract<TaskState, { is: 'proposed' }>

/**
 * What a reviewing agent found becomes the next attempt, as often as the configuration says and as long as the agent has
 * tries left. `rebase` counts the old change for nothing: what was wrong with it is all that goes on.
 */
export function findAdvice(facts: Folding, { review, attempt, verdicts, pull }: Proposed): Revision | null {
  if (review.is !== 'given' || review.verdict === 'approve') return null
  // Of a person's own commits a person decides.
  if (!showsAttempt(facts.task, pull, { attempt })) return null
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
    cause: printCause(review.number),
  }
}

/** May one more review send it back? */
function goesBack(facts: Folding, attempt: number): boolean {
  const { config, record } = facts
  if (!config.ok || !hasTriesLeft(facts, attempt)) return false
  const sent = record.revisions.filter(
    ({ cause, attempt: number }) => isOpinion(cause) && number > record.voidThrough,
  )
  return sent.length < config.value.review.rounds
}
