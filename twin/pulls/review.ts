import { timestamp } from '../clock.ts'
import { accountOf, emit } from '../emit.ts'
import { HttpError } from '../http/route.ts'
import { record, touch } from '../issues/timeline.ts'
import { viaApp } from '../issues/via.ts'
import { type Actor, nodeId, type Repo, type TwinState, takeId } from '../state.ts'
import { pullJson, reviewCommentJson, reviewJson } from './json.ts'
import type { Pull, Review, ReviewComment, ReviewState } from './state.ts'

export type ReviewEvent = 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT'
const STATES: Record<ReviewEvent, ReviewState> = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
}

export type NewComment = {
  path: string
  line?: number | null
  side?: 'LEFT' | 'RIGHT'
  body: string
  inReplyTo?: number | null
}

/** Without an event the review stays pending. @throws 422 for a verdict on one's own pull request */
export function createReview(
  state: TwinState,
  repo: Repo,
  wanted: {
    pull: Pull
    event?: ReviewEvent | undefined
    body: string
    commitId?: string | undefined
    comments?: NewComment[] | undefined
  },
  by: Actor,
): Review {
  const { pull, event } = wanted
  refuseOwn(repo, pull, { event, body: wanted.body, comments: wanted.comments?.length ?? 0 }, by)
  const id = takeId(state)
  const review: Review = {
    id,
    node_id: nodeId('PRR', id),
    user: accountOf(by),
    body: wanted.body,
    state: 'PENDING',
    commit_id: wanted.commitId ?? pull.head.sha,
    submitted_at: null,
    performedViaAppId: viaApp(by),
  }
  pull.reviews.push(review)
  for (const comment of wanted.comments ?? []) addReviewComment(state, repo, { pull, review, comment }, by)
  if (event) submitReview(state, repo, { pull, review, event }, by)
  return review
}

function refuseOwn(
  repo: Repo,
  pull: Pull,
  said: { event: ReviewEvent | undefined; body: string; comments: number },
  by: Actor,
): void {
  const own = repo.issues.get(pull.number)?.user.id === accountOf(by).id
  if (own && said.event === 'APPROVE') throw refusal('Can not approve your own pull request')
  if (own && said.event === 'REQUEST_CHANGES')
    throw refusal('Can not request changes on your own pull request')
  if (said.event && said.event !== 'APPROVE' && said.body === '' && said.comments === 0) {
    throw refusal('Body can not be blank')
  }
}

function refusal(message: string): HttpError {
  return new HttpError(422, 'Unprocessable Entity', [message])
}

export function submitReview(
  state: TwinState,
  repo: Repo,
  submitted: { pull: Pull; review: Review; event: ReviewEvent; body?: string | undefined },
  by: Actor,
): void {
  const { pull, review, event } = submitted
  if (review.state !== 'PENDING') throw refusal('Could not submit a review that is not pending')
  if (submitted.body !== undefined) review.body = submitted.body
  const comments = pull.reviewComments.filter(each => each.review_id === review.id).length
  refuseOwn(repo, pull, { event, body: review.body, comments }, by)
  review.state = STATES[event]
  review.submitted_at = timestamp(state.clock.now())
  pull.requestedReviewers = pull.requestedReviewers.filter(login => login !== review.user.login)
  const issue = repo.issues.get(pull.number)
  if (issue) {
    touch(state, issue)
    record(state, issue, { event: 'reviewed', by, extra: { reviewId: review.id } })
  }
  tellReview(state, repo, { pull, review, action: 'submitted' }, by)
}

/** A comment on a line of the diff, within a review. */
export function addReviewComment(
  state: TwinState,
  repo: Repo,
  added: { pull: Pull; review: Review; comment: NewComment },
  by: Actor,
): ReviewComment {
  const { pull, review, comment } = added
  const id = takeId(state)
  const made: ReviewComment = {
    id,
    node_id: nodeId('PRRC', id),
    review_id: review.id,
    path: comment.path,
    line: comment.line ?? null,
    side: comment.side ?? 'RIGHT',
    inReplyTo: comment.inReplyTo ?? null,
    resolved: false,
    body: comment.body,
    commit_id: review.commit_id,
    user: accountOf(by),
    created_at: timestamp(state.clock.now()),
  }
  pull.reviewComments.push(made)
  emit(state, {
    repo,
    event: 'pull_request_review_comment',
    action: 'created',
    by,
    payload: {
      comment: reviewCommentJson(state, repo, pull, made),
      pull_request: pullJson(state, repo, pull),
    },
  })
  return made
}

export function editReview(
  state: TwinState,
  repo: Repo,
  edit: { pull: Pull; review: Review; body: string },
  by: Actor,
): void {
  edit.review.body = edit.body
  if (edit.review.state !== 'PENDING') tellReview(state, repo, { ...edit, action: 'edited' }, by)
}

export function dismissReview(
  state: TwinState,
  repo: Repo,
  dismissed: { pull: Pull; review: Review; message: string },
  by: Actor,
): void {
  const { pull, review } = dismissed
  const was = review.state.toLowerCase()
  review.state = 'DISMISSED'
  const issue = repo.issues.get(pull.number)
  if (issue) {
    const extra = {
      dismissed_review: { state: was, review_id: review.id, dismissal_message: dismissed.message },
    }
    record(state, issue, { event: 'review_dismissed', by, extra })
  }
  tellReview(state, repo, { pull, review, action: 'dismissed' }, by)
}

/** Webhooks write the state of a review in small letters, REST in capitals. */
function tellReview(
  state: TwinState,
  repo: Repo,
  told: { pull: Pull; review: Review; action: 'submitted' | 'edited' | 'dismissed' },
  by: Actor,
): void {
  const { pull, review, action } = told
  const shown = { ...reviewJson(state, repo, pull, review), state: review.state.toLowerCase() }
  emit(state, {
    repo,
    event: 'pull_request_review',
    action,
    by,
    payload: { review: shown, pull_request: pullJson(state, repo, pull) },
  })
}
