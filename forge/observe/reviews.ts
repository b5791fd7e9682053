import type { ReviewFacts } from '../../core/review/facts.ts'
import type { Forge } from '../forge.ts'
import type { PullSeen } from '../memory.ts'
import { readList } from '../read.ts'
import type { ReviewCommentWire, ReviewWire } from '../wire.ts'
import { actorOf, instant } from './actor.ts'

const STATES: Readonly<Record<string, ReviewFacts['state']>> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes_requested',
  COMMENTED: 'commented',
  DISMISSED: 'dismissed',
}

/** Submitted reviews, oldest first, each with its comments on lines. */
export async function readReviews(forge: Forge, seen: PullSeen): Promise<ReviewFacts[]> {
  if (seen.reviews === 0) return []
  const base = '/repos/{owner}/{repo}/pulls/{pull_number}'
  const query = { pull_number: seen.pull.number }
  const [reviews, comments] = await Promise.all([
    readList<ReviewWire>(forge, `${base}/reviews`, query),
    readList<ReviewCommentWire>(forge, `${base}/comments`, query),
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
