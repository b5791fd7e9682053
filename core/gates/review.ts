import { NEEDS_REVIEW_LABEL } from '../labels.ts'
import type { Asked } from '../landing/demands.ts'
import { chooseMethod } from '../landing/landing.ts'
import { explainHeld } from '../words/demands.ts'
import {
  approvers,
  approvingReviewers,
  howToApprove,
  isRequester,
  isWriter,
  latestReviews,
  names,
  qualifiedApprovers,
} from './approvals.ts'
import type { Gate, Proposal } from './gate.ts'
import { findOwner } from './owners.ts'
import { touchedPaths } from './paths.ts'
import { findProtected } from './protected.ts'
import { count, listFew, pass, wait } from './verdict.ts'

/** What people say of this very head. */
export const review: Gate = {
  name: 'review',
  judge(proposal) {
    const asking = latestReviews(proposal.pull.reviews).filter(
      one => one.state === 'changes_requested' && isWriter(proposal, one.by),
    )
    if (asking.length > 0) {
      const people = names(asking.map(one => one.by))
      return wait(`${people} asked for changes and has to approve or dismiss that`)
    }
    const { approvals } = proposal.rules
    // GitHub itself counts reviews here, so a comment is not enough.
    const reviewers = approvingReviewers(proposal).filter(by => !isRequester(proposal, by))
    if (reviewers.length < approvals) {
      return wait(
        `${count(approvals, 'approving review')} of this commit needed, ${reviewers.length} given`,
        'somebody with write access, other than who asked for the work, can review it',
      )
    }
    const { awaited, unresolved } = proposal.pull
    if (proposal.rules.conversations && unresolved !== null && unresolved > 0) {
      return wait(
        `${count(unresolved, 'conversation')} on its lines ${unresolved === 1 ? 'is' : 'are'} not resolved, as the branch asks`,
        'somebody can press "Resolve conversation" there',
      )
    }
    if (proposal.config.gates.requested && awaited.length > 0)
      return wait(
        `${listFew(awaited)} was asked for a review`,
        'wait for it, or take that off the list of reviewers',
      )
    const owner = findOwner(proposal, reviewers)
    if (owner !== null) return wait(owner)
    const doubt = doubtOf(proposal)
    if (doubt !== null && approvers(proposal).length === 0) {
      return wait(doubt, 'a person with write access has to approve this commit')
    }
    const why = whyAPerson(proposal)
    const people = qualifiedApprovers(proposal)
    if (why !== null && people.length === 0) return wait(why, howToApprove(proposal))
    const { refusal } = proposal.pull
    if (refusal !== null) {
      const { reason, ask } = explainHeld(refusal, askedOf(proposal), proposal.pull.base.branch)
      return wait(reason, ask)
    }
    return pass(people.length > 0 ? `approved by ${names(people)}` : 'no review is asked for')
  },
}

function askedOf({ rules, repo: { methods }, config: { merge } }: Proposal): Asked {
  return { demands: rules.demands, method: chooseMethod({ rules, methods, merge }) }
}

/** No person has read what was to be done; or beneath our own merges of the base may lie something else than what a run of ours handed over. */
function doubtOf({ pull, attempt, voucher, record }: Proposal): string | null {
  if (record.approval?.via === 'discovered') return 'an agent met this problem, and nobody has asked for it'
  if (attempt === null) return null
  if (!pull.layers.includes(attempt)) return 'somebody pushed to the branch after the attempt'
  return voucher === 'vouched' ? null : 'the run that made it cannot be found any more'
}

function whyAPerson({ config, pull, task }: Proposal): string | null {
  if (config.merge.strategy === 'manual') return 'the strategy `manual` asks for a person'
  if ([...pull.labels, ...task.issue.labels].includes(NEEDS_REVIEW_LABEL)) {
    return `the label \`${NEEDS_REVIEW_LABEL}\` asks for a person`
  }
  const { core } = config.gates
  if (
    core.length > 0 &&
    (pull.changes === null || findProtected(touchedPaths(pull.changes), core).length > 0)
  ) {
    return 'it touches a path under `gates.core`'
  }
  return null
}
