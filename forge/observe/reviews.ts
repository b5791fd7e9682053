import type { ReviewFacts } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { readList } from '../read.ts'
import type { FullPullWire, ReviewCommentWire, ReviewWire } from '../wire.ts'
import { actorOf, instant } from './actor.ts'

const STATES: Readonly<Record<string, ReviewFacts['state']>> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes_requested',
  COMMENTED: 'commented',
  DISMISSED: 'dismissed',
}

/** Submitted reviews, oldest first, each with its comments on lines. */
export async function readReviews(forge: Forge, pull: FullPullWire): Promise<ReviewFacts[]> {
  const base = '/repos/{owner}/{repo}/pulls/{pull_number}'
  const query = { pull_number: pull.number }
  const [reviews, comments] = await Promise.all([
    readList<ReviewWire>(forge, `${base}/reviews`, query),
    pull.review_comments > 0 ? readList<ReviewCommentWire>(forge, `${base}/comments`, query) : [],
  ])
  return reviews.flatMap(review => {
    const state = STATES[review.state]
    if (state === undefined) return []
    return {
      id: review.id,
      by: actorOf(forge, { user: review.user }),
      state,
      // Null when the commit is gone from the repository.
      sha: review.commit_id ?? '',
      body: review.body,
      comments: comments.filter(comment => comment.pull_request_review_id === review.id).map(lineOf),
      at: instant(review.submitted_at),
    }
  })
}

function lineOf(comment: ReviewCommentWire): ReviewFacts['comments'][number] {
  return { path: comment.path, line: comment.line ?? comment.original_line ?? null, body: comment.body }
}
