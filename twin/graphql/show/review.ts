import { rulesFor } from '../../checks/protection.ts'
import { association } from '../../issues/standing.ts'
import { reviewDecision, standingVerdicts, threadsOf } from '../../pulls/approval.ts'
import type { Pull, Review } from '../../pulls/state.ts'
import type { Repo } from '../../state.ts'
import { connect } from '../connection.ts'
import type { FieldFunction, Fields, World } from '../world.ts'

export function reviewFields(world: World, repo: Repo, pull: Pull): Record<string, unknown> {
  const toNode = (review: Review) => world.show.review(world, repo, { pull, review })
  const shown = () => pull.reviews.filter(review => review.state !== 'PENDING')
  const reviews: FieldFunction = (args, _world, info) => {
    const states = Array.isArray(args.states) ? args.states : null
    const items = shown().filter(
      review =>
        (states === null || states.includes(review.state)) &&
        (!args.author || review.user.login === args.author),
    )
    return connect(args, info, { items, toNode })
  }
  const latest: FieldFunction = (args, _world, info) => {
    const newest = new Map(shown().map(review => [review.user.id, review]))
    return connect(args, info, { items: [...newest.values()], toNode })
  }
  const opinions: FieldFunction = (args, _world, info) =>
    connect(args, info, { items: standingVerdicts(pull), toNode })
  const requests: FieldFunction = (args, _world, info) =>
    connect(args, info, {
      items: pull.requestedReviewers,
      toNode: login => {
        const account = world.state.accounts.get(login.toLowerCase())
        return {
          __typename: 'ReviewRequest',
          id: `RR_${pull.id}_${login}`,
          requestedReviewer: account ? world.show.account(world, account) : null,
        }
      },
    })
  const threads: FieldFunction = (args, _world, info) =>
    connect(args, info, {
      items: threadsOf(pull),
      toNode: ({ id, path, line, resolved }) => ({
        __typename: 'PullRequestReviewThread',
        id: `PRRT_${id}`,
        path,
        line,
        isResolved: resolved,
        isOutdated: false,
      }),
    })
  const decision = () => reviewDecision(world.state, repo, pull, rulesFor(repo, pull.base.ref))
  return {
    reviews,
    latestReviews: latest,
    latestOpinionatedReviews: opinions,
    reviewRequests: requests,
    reviewThreads: threads,
    reviewDecision: decision,
  }
}

export function showReview(world: World, repo: Repo, of: { pull: Pull; review: Review }): Fields {
  const { pull, review } = of
  const url = `${world.state.url}/${repo.owner.login}/${repo.name}/pull/${pull.number}#pullrequestreview-${review.id}`
  return {
    __typename: 'PullRequestReview',
    id: review.node_id,
    databaseId: review.id,
    fullDatabaseId: String(review.id),
    state: review.state,
    body: review.body,
    bodyText: review.body,
    author: () => world.show.account(world, review.user),
    authorAssociation: () => association(world.state, repo, review.user),
    submittedAt: review.submitted_at,
    createdAt: review.submitted_at,
    updatedAt: review.submitted_at,
    publishedAt: review.submitted_at,
    commit: () => world.show.object(world, repo, review.commit_id),
    pullRequest: () => world.show.pull(world, repo, pull),
    repository: () => world.show.repository(world, repo),
    url,
    comments: reviewComments(pull, review),
  }
}

function reviewComments(pull: Pull, review: Review): FieldFunction {
  return (args, world, info) => {
    const items = pull.reviewComments.filter(each => each.review_id === review.id)
    return connect(args, info, {
      items,
      toNode: each => ({
        __typename: 'PullRequestReviewComment',
        id: each.node_id,
        databaseId: each.id,
        body: each.body,
        path: each.path,
        line: each.line,
        createdAt: each.created_at,
        author: () => world.show.account(world, each.user),
      }),
    })
  }
}
