import type { ReviewFacts } from '../review/facts.ts'
import { atLeast, type Instant } from '../world.ts'
import type { Proposal } from './gate.ts'

/** The newest review of each account that still says something; a later comment takes nothing back. Oldest first. */
export function latestReviews(reviews: readonly ReviewFacts[]): ReviewFacts[] {
  const latest = new Map<number, ReviewFacts>()
  const telling = reviews.filter(review => review.state !== 'commented')
  for (const review of telling.sort((a, b) => a.at - b.at || a.id - b.id)) latest.set(review.by.id, review)
  return [...latest.values()]
}

/**
 * Commits on which an approval is one of what lands now: our own merges of the base change nothing that was approved,
 * and where GitHub thinks otherwise it dismisses the review. A demanded approval of the last push is GitHub's to count.
 */
function approvable({ rules, pull }: Proposal): readonly string[] {
  return rules.lastPush ? [pull.head.sha] : pull.layers
}

/** People who may push and whose review approves what lands now; among them perhaps who asked for the work. */
export function approvingReviewers(proposal: Proposal, since: Instant = 0): { id: number; login: string }[] {
  return latestReviews(proposal.pull.reviews)
    .filter(review => review.at >= since)
    .filter(review => review.state === 'approved' && approvable(proposal).includes(review.sha))
    .filter(review => isWriter(proposal, review.by))
    .map(review => review.by)
}

/** The same by `/chorus approve` or by review. @param since what was said earlier was said of something else */
export function approvers(proposal: Proposal, since: Instant = 0): { id: number; login: string }[] {
  const { pullApproval } = proposal.record
  const said =
    pullApproval !== null &&
    pullApproval.at >= since &&
    approvable(proposal).includes(pullApproval.head) &&
    isStandingWriter(proposal, pullApproval.by)
      ? [pullApproval.by]
      : []
  return eachOnce([...approvingReviewers(proposal, since), ...said])
}

/** Who said yes to what was changed since, and has not said so again: it does not count, and has to be told. */
export function formerApprovers(proposal: Proposal): { id: number; login: string }[] {
  const { pullApproval } = proposal.record
  const reviewed = latestReviews(proposal.pull.reviews).filter(review => review.state === 'approved')
  const said = [...reviewed.map(review => review.by), ...(pullApproval === null ? [] : [pullApproval.by])]
  const now = approvers(proposal)
  return eachOnce(said).filter(by => isStandingWriter(proposal, by) && now.every(other => other.id !== by.id))
}

function eachOnce<T extends { id: number }>(people: readonly T[]): T[] {
  return people.filter((by, i) => people.findIndex(other => other.id === by.id) === i)
}

/**
 * The approvals that count where a second pair of eyes is asked for: by people who may push, on this head, and never by
 * who asked for the work. Agents and apps never approve.
 */
export function qualifiedApprovers(proposal: Proposal): { id: number; login: string }[] {
  return approvers(proposal).filter(by => !isRequester(proposal, by))
}

export function isRequester({ requester, record }: Proposal, by: { id: number }): boolean {
  return by.id === requester?.id || by.id === record.approval?.by.id
}

export function isWriter(proposal: Proposal, by: ReviewFacts['by']): boolean {
  return by.kind === 'person' && isStandingWriter(proposal, by)
}

function isStandingWriter(proposal: Proposal, by: { id: number }): boolean {
  return by.id !== proposal.app.botId && atLeast(proposal.standing(by), 'write')
}

/** The one thing that a person can do, in words. A command approves what the task shows, and neither a revert nor a person's own pull request is that. */
export function howToApprove(proposal: Proposal): string {
  return `somebody with write access, other than who asked for the work, can approve it by ${waysToApprove(proposal)}`
}

export function waysToApprove({ revert, guest }: Pick<Proposal, 'revert' | 'guest'>): string {
  return revert === null && guest === null ? 'a review or by `/chorus approve`' : 'a review'
}

export function names(people: readonly { login: string }[]): string {
  return people.map(by => by.login).join(', ')
}
