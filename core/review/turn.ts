import type { Verdicts } from '../gates/gate.ts'
import { summarise } from '../gates/registry.ts'
import { wait } from '../gates/verdict.ts'
import type { TaskState } from '../state.ts'
import { explainDelay } from '../words/review.ts'
import type { ReviewStanding } from './standing.ts'

type Proposed = Extract<TaskState, { is: 'proposed' }>
export type Due = Proposed & { review: Extract<ReviewStanding, { is: 'due' }> }

/** Is it time for an agent to review it? Models cost, so all that judges for nothing judges first, CI last; not where a person asked for it. */
export function isReviewDue(state: TaskState): state is Due {
  if (state.is !== 'proposed' || state.review.is !== 'due') return false
  if (state.review.asked) return true
  return state.verdicts.all.every(({ gate, verdict }) =>
    gate === 'checks'
      ? verdict.is === 'pass'
      : gate === 'reviewer'
        ? verdict.is === 'wait'
        : verdict.is !== 'refuse',
  )
}

/** It cannot begin yet: the gate says what it waits for, where it waits for that. */
export function delayReview(state: Proposed, why: string): Proposed {
  const all: Verdicts['all'] = state.verdicts.all.map(line =>
    line.gate === 'reviewer' && line.verdict.is === 'wait'
      ? { ...line, verdict: wait(explainDelay(why)) }
      : line,
  )
  return { ...state, verdicts: summarise(all) }
}
