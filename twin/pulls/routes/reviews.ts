import { findAccount } from '../../accounts.ts'
import { accountOf } from '../../emit.ts'
import { page } from '../../http/page.ts'
import { created, HttpError, notFound, ok, type RepoCall, type Route } from '../../http/route.ts'
import { choice, needText, number, objects, text, texts } from '../../issues/input.ts'
import { personJson } from '../../issues/json.ts'
import { record } from '../../issues/timeline.ts'
import { pullJson, reviewCommentJson, reviewJson } from '../json.ts'
import { refuseUnshown } from '../lines.ts'
import { pullAt, reviewAt } from '../lookup.ts'
import { tellPull } from '../pull.ts'
import {
  addReviewComment,
  createReview,
  dismissReview,
  editReview,
  type NewComment,
  submitReview,
} from '../review.ts'
import type { Pull, Review } from '../state.ts'

const ONE = '/repos/{owner}/{repo}/pulls/{pull_number}'
const REVIEW = `${ONE}/reviews/{review_id}`
const READ = [{ pull_requests: 'read' as const }]
const WRITE = [{ pull_requests: 'write' as const }]
const EVENTS = ['APPROVE', 'REQUEST_CHANGES', 'COMMENT'] as const

function here(call: RepoCall): Pull {
  return pullAt(call.repo, call.params.pull_number).pull
}

function show(call: RepoCall, pull: Pull) {
  return (review: Review) => reviewJson(call.state, call.repo, pull, review)
}

/** Others' pending reviews are nobody's business. */
function visible(call: RepoCall, pull: Pull): Review[] {
  const me = accountOf(call.actor).id
  return pull.reviews.filter(review => review.state !== 'PENDING' || review.user.id === me)
}

async function create(call: RepoCall) {
  const { state, repo, body, actor } = call
  const pull = here(call)
  const commitId = text(body, 'commit_id')
  const comments = objects(body, 'comments')?.map(commentOf)
  await refuseUnshown(repo, { pull, head: commitId ?? pull.head.sha }, comments ?? [])
  const review = createReview(
    state,
    repo,
    {
      pull,
      event: choice(body, 'event', EVENTS),
      body: text(body, 'body') ?? '',
      commitId,
      comments,
    },
    actor,
  )
  return ok(show(call, pull)(review))
}

function commentOf(given: Record<string, unknown>): NewComment {
  return {
    path: needText(given, 'path'),
    line: number(given, 'line') ?? number(given, 'position') ?? null,
    side: choice(given, 'side', ['LEFT', 'RIGHT'] as const) ?? 'RIGHT',
    body: needText(given, 'body'),
  }
}

function submit(call: RepoCall) {
  const { state, repo, body, actor } = call
  const pull = here(call)
  const review = reviewAt(pull, call.params.review_id)
  const event = choice(body, 'event', EVENTS)
  if (event === undefined) throw new HttpError(422, 'Unprocessable Entity', ['Event is required'])
  submitReview(state, repo, { pull, review, event, body: text(body, 'body') }, actor)
  return ok(show(call, pull)(review))
}

function update(call: RepoCall) {
  const pull = here(call)
  const review = reviewAt(pull, call.params.review_id)
  editReview(call.state, call.repo, { pull, review, body: needText(call.body, 'body') }, call.actor)
  return ok(show(call, pull)(review))
}

function dismiss(call: RepoCall) {
  const { state, repo, body, actor } = call
  const pull = here(call)
  const review = reviewAt(pull, call.params.review_id)
  if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED') {
    throw new HttpError(422, 'Unprocessable Entity', ['Can not dismiss a commented pull request review'])
  }
  dismissReview(state, repo, { pull, review, message: needText(body, 'message') }, actor)
  return ok(show(call, pull)(review))
}

function listComments(call: RepoCall) {
  const pull = here(call)
  const of = call.params.review_id === undefined ? null : Number(call.params.review_id)
  const found = pull.reviewComments.filter(each => of === null || each.review_id === of)
  return page(call, found, each => reviewCommentJson(call.state, call.repo, pull, each))
}

function createComment(call: RepoCall) {
  const { state, repo, body, actor } = call
  const pull = here(call)
  const inReplyTo = number(body, 'in_reply_to') ?? null
  const parent = pull.reviewComments.find(each => each.id === inReplyTo)
  const given = parent ? { ...body, path: parent.path } : body
  const commitId = text(body, 'commit_id')
  const review = createReview(state, repo, { pull, body: '', commitId }, actor)
  const made = addReviewComment(
    state,
    repo,
    { pull, review, comment: { ...commentOf(given), inReplyTo } },
    actor,
  )
  submitReview(state, repo, { pull, review, event: 'COMMENT' }, actor)
  return created(reviewCommentJson(state, repo, pull, made))
}

function reviewers(call: RepoCall) {
  const users = here(call).requestedReviewers.map(login =>
    personJson(call.state, findAccount(call.state, login) ?? null),
  )
  return ok({ users, teams: [] })
}

function request(call: RepoCall) {
  const { state, repo, body, actor } = call
  const { pull, issue } = pullAt(repo, call.params.pull_number)
  for (const login of texts(body, 'reviewers') ?? []) {
    const account = findAccount(state, login)
    if (!account) throw notFound()
    if (account.id === issue.user.id) {
      throw new HttpError(422, 'Review cannot be requested from pull request author.')
    }
    if (pull.requestedReviewers.includes(account.login)) continue
    pull.requestedReviewers.push(account.login)
    const extra = { requested_reviewer: personJson(state, account) }
    record(state, issue, { event: 'review_requested', by: actor, extra })
    tellPull(state, repo, { pull, action: 'review_requested', extra }, actor)
  }
  return created(pullJson(state, repo, pull))
}

function withdraw(call: RepoCall) {
  const { state, repo, body, actor } = call
  const { pull, issue } = pullAt(repo, call.params.pull_number)
  const gone = new Set((texts(body, 'reviewers') ?? []).map(login => login.toLowerCase()))
  for (const login of pull.requestedReviewers.filter(each => gone.has(each.toLowerCase()))) {
    pull.requestedReviewers = pull.requestedReviewers.filter(each => each !== login)
    const extra = { requested_reviewer: personJson(state, findAccount(state, login) ?? null) }
    record(state, issue, { event: 'review_request_removed', by: actor, extra })
    tellPull(state, repo, { pull, action: 'review_request_removed', extra }, actor)
  }
  return ok(pullJson(state, repo, pull))
}

function discard(call: RepoCall) {
  const pull = here(call)
  const review = reviewAt(pull, call.params.review_id)
  if (review.state !== 'PENDING') {
    throw new HttpError(422, 'Unprocessable Entity', ['Can not delete a non-pending pull request review'])
  }
  pull.reviews = pull.reviews.filter(each => each !== review)
  return ok(show(call, pull)(review))
}

export const reviewRoutes: Route[] = [
  {
    method: 'GET',
    path: `${ONE}/reviews`,
    needs: READ,
    handle: call => page(call, visible(call, here(call)), show(call, here(call))),
  },
  { method: 'POST', path: `${ONE}/reviews`, needs: WRITE, creates: true, handle: create },
  {
    method: 'GET',
    path: REVIEW,
    needs: READ,
    handle: call => ok(show(call, here(call))(reviewAt(here(call), call.params.review_id))),
  },
  { method: 'PUT', path: REVIEW, needs: WRITE, handle: update },
  { method: 'DELETE', path: REVIEW, needs: WRITE, handle: discard },
  { method: 'POST', path: `${REVIEW}/events`, needs: WRITE, creates: true, handle: submit },
  { method: 'PUT', path: `${REVIEW}/dismissals`, needs: WRITE, handle: dismiss },
  { method: 'GET', path: `${REVIEW}/comments`, needs: READ, handle: listComments },
  { method: 'GET', path: `${ONE}/comments`, needs: READ, handle: listComments },
  { method: 'POST', path: `${ONE}/comments`, needs: WRITE, creates: true, handle: createComment },
  { method: 'GET', path: `${ONE}/requested_reviewers`, needs: READ, handle: reviewers },
  { method: 'POST', path: `${ONE}/requested_reviewers`, needs: WRITE, handle: request },
  { method: 'DELETE', path: `${ONE}/requested_reviewers`, needs: WRITE, handle: withdraw },
]
