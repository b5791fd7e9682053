import { agentsOf } from '../attempt/attempt.ts'
import { isReviewDue } from '../review/turn.ts'
import type { Payer, TaskState } from '../state.ts'
import type { Instant, TaskFacts } from '../world.ts'
import { printPlace } from './desk.ts'
import type { Node } from './node.ts'
import type { Taker } from './places.ts'

/** A task that wants a place, has one, or may be in somebody's way. */
export type Candidate = { node: Node; task: TaskFacts; state: TaskState }

/** `place`: its name in the books of a pool. */
export type Ready = Asking & { payer: Payer; place: string }
export type Asking = { node: Node; task: TaskFacts; taker: Taker }

export type Running = Asking & { since: Instant; place: string }

export function toReady({ node, task, state }: Candidate): Ready[] {
  if (state.is !== 'ready') return []
  const agents = [state.agent, ...state.others]
  const place = printPlace(task.id, 'attempt', state.attempt)
  return [{ node, task, taker: { agents, epic: task.issue.parent }, payer: state.payer, place }]
}

/** A pull request whose review by an agent would begin. */
export function toReview({ node, task, state }: Candidate): Ready[] {
  if (!isReviewDue(state)) return []
  const { choice, number } = state.review
  const place = printPlace(task.id, 'review', number)
  const taker = { agents: [choice.agent], epic: task.issue.parent }
  return [{ node, task, taker, payer: state.payer, place }]
}

/** Takes the place of an attempt while it runs. */
export function toReviewer({ task, state }: Candidate): { taker: Taker; place: string }[] {
  if (state.is !== 'proposed') return []
  const { review } = state
  if (review.is !== 'claimed' && review.is !== 'running') return []
  const { attempt } = review.claim
  const taker = { agents: agentsOf(task.reviews, attempt), epic: task.issue.parent }
  return [{ taker, place: printPlace(task.id, 'review', attempt) }]
}

export function toRunning({ node, task, state }: Candidate): Running[] {
  const at = (attempt: number, since: Instant): Running[] => {
    const taker = { agents: agentsOf(task, attempt), epic: task.issue.parent }
    return [{ node, task, taker, since, place: printPlace(task.id, 'attempt', attempt) }]
  }
  if (state.is === 'claimed') return at(state.claim.attempt, state.claim.at)
  return state.is === 'running' ? at(state.attempt, state.run.createdAt) : []
}

/** From dispatch to landing. */
export function isInFlight({ task, state }: Candidate): boolean {
  if (state.is === 'claimed' || state.is === 'running' || state.is === 'attempted') return true
  return state.is !== 'merged' && state.is !== 'dropped' && task.pull?.state === 'open'
}
