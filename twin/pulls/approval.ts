import type { EffectiveRules } from '../checks/rules.ts'
import { covers, reaches, roleOf } from '../http/auth.ts'
import type { Account, Repo, TwinState } from '../state.ts'
import type { Pull, Review, ReviewComment } from './state.ts'

/** Whose verdict counts: people with write, apps with contents: write, never github-actions. */
export function verdictCounts(state: TwinState, repo: Repo, reviewer: Account): boolean {
  if (reviewer.type !== 'Bot') return reaches(roleOf(state, repo, reviewer), 'write')
  if (reviewer.login === 'github-actions[bot]') return false
  const app = [...state.apps.apps.values()].find(each => `${each.slug}[bot]` === reviewer.login)
  if (!app) return false
  return [...state.apps.installations.values()].some(
    each => each.appId === app.id && covers(each, repo) && each.permissions.contents === 'write',
  )
}

/** The newest verdict of each reviewer; comments do not replace a verdict, a dismissal leaves none. */
export function standingVerdicts(pull: Pull): Review[] {
  const newest = new Map<number, Review>()
  for (const review of pull.reviews) {
    if (review.state === 'APPROVED' || review.state === 'CHANGES_REQUESTED')
      newest.set(review.user.id, review)
    else if (review.state === 'DISMISSED') newest.delete(review.user.id)
  }
  return [...newest.values()]
}

export function approvals(state: TwinState, repo: Repo, pull: Pull): Review[] {
  return standingVerdicts(pull).filter(
    review => review.state === 'APPROVED' && verdictCounts(state, repo, review.user),
  )
}

function objections(state: TwinState, repo: Repo, pull: Pull): Review[] {
  return standingVerdicts(pull).filter(
    review => review.state === 'CHANGES_REQUESTED' && verdictCounts(state, repo, review.user),
  )
}

/** Why reviews stand in the way of a merge, in GitHub's words. */
export function mergeReviewBlockers(
  state: TwinState,
  repo: Repo,
  pull: Pull,
  rules: EffectiveRules,
): string[] {
  const reasons: string[] = []
  const given = approvals(state, repo, pull)
  if (rules.requirePull && objections(state, repo, pull).length > 0)
    reasons.push('Changes have been requested.')
  const missing = rules.requiredApprovals - given.length
  if (missing > 0) {
    const many = rules.requiredApprovals === 1 ? 'review is' : 'reviews are'
    reasons.push(
      `At least ${rules.requiredApprovals} approving ${many} required by reviewers with write access.`,
    )
  }
  if (rules.requireLastPushApproval && !given.some(each => approvesLastPush(pull, each))) {
    reasons.push('New changes require approval from someone other than the last pusher.')
  }
  if (rules.resolveThreads && threadsOf(pull).some(root => !root.resolved)) {
    reasons.push('A conversation must be resolved before this pull request can be merged.')
  }
  return reasons
}

/** The comments on lines that begin a conversation. */
export function threadsOf(pull: Pull): ReviewComment[] {
  return pull.reviewComments.filter(each => each.inReplyTo === null)
}

function approvesLastPush(pull: Pull, review: Review): boolean {
  return review.commit_id === pull.head.sha && review.user.login !== pull.lastPusher
}

/** GraphQL's `reviewDecision`: null when the base asks for no review. */
export function reviewDecision(
  state: TwinState,
  repo: Repo,
  pull: Pull,
  rules: EffectiveRules,
): 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED' | null {
  if (objections(state, repo, pull).length > 0) return 'CHANGES_REQUESTED'
  if (!rules.requirePull || rules.requiredApprovals === 0) return null
  return mergeReviewBlockers(state, repo, pull, rules).length === 0 ? 'APPROVED' : 'REVIEW_REQUIRED'
}
