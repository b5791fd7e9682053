import { parseBranch, parsePullMarker } from '../names.ts'
import type { RevertFacts } from '../world.ts'
import type { Gate, Proposal, Verdict } from './gate.ts'
import { pass, refuse } from './verdict.ts'

/** Is this the pull request of this task, made by this app, for the attempt that its marker names? */
export const linked: Gate = {
  name: 'linked',
  judge(proposal) {
    const { pull, task, claim, attempt, voucher, repo } = proposal
    if (proposal.guest !== null) return pass(`@${proposal.guest.by.login} asked Chorus to land it`)
    if (proposal.revert !== null) return judgeRevert(proposal, proposal.revert)
    if (!pull.ours) return refuse('this pull request was not opened by Chorus')
    const marker = parsePullMarker(pull.body)
    if (marker === null) return refuse('the hidden marker is gone from the description')
    if (marker.task !== task.id) return refuse(`its marker names ${marker.task}, not ${task.id}`)
    if (parseBranch(pull.head.branch)?.task !== task.id) {
      return refuse(`its branch is not one of ${task.id}`)
    }
    if (pull.base.branch !== repo.target.branch) {
      return refuse(...wrongBase(proposal))
    }
    if (claim === null || !claim.sealed || claim.attempt !== marker.attempt) {
      return refuse(`attempt ${marker.attempt} was not claimed by this app`)
    }
    if (attempt === null || voucher === 'contradicted')
      return refuse(`attempt ${marker.attempt} did not come from a run of ours`)
    return pass(`attempt ${marker.attempt} of ${task.id}`)
  },
}

function wrongBase({ pull, repo }: Proposal): [reason: string, ask: string] {
  const { branch } = repo.target
  return [`it goes to ${pull.base.branch}; only ${branch} is a target`, `change its base to ${branch}`]
}

function judgeRevert(proposal: Proposal, { own }: RevertFacts): Verdict {
  const { pull, task, repo } = proposal
  if (!pull.ours) return refuse('this pull request was not opened by Chorus')
  if (pull.base.branch !== repo.target.branch) {
    return refuse(...wrongBase(proposal))
  }
  if (!own)
    return refuse(
      'its commit is not known as the one that Chorus made: somebody pushed to its branch, or GitHub does not sign here',
      'merge it by hand if it is right',
    )
  return pass(`takes back what landed for ${task.id}`)
}
