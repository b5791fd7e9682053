import { explainStanding } from '../words/review.ts'
import { approvers, names } from './approvals.ts'
import type { Gate } from './gate.ts'
import { pass, refuse, wait } from './verdict.ts'

const HOW_TO_DECIDE =
  'somebody with write access can approve it by a review or by `/chorus approve`, or send it back by `/chorus revise`'

/**
 * What an agent that did not write the change says of it. It can only lower trust: its yes replaces nobody, and a person who
 * may push and approved this commit outweighs its no.
 */
export const reviewer: Gate = {
  name: 'reviewer',
  judge(proposal) {
    const { reviewed } = proposal
    if (reviewed.is === 'unasked') return pass(reviewed.why)
    const said = explainStanding(reviewed)
    if (reviewed.is === 'given' && reviewed.verdict === 'approve') return pass(said)
    const people = approvers(proposal)
    if (people.length > 0)
      return pass(`approved by ${names(people)}, which counts more than an agent’s review`)
    // What it finds goes back to the author first; what still stands then is for people.
    if (reviewed.is === 'given' || reviewed.is === 'failed') return refuse(said, HOW_TO_DECIDE)
    return wait(said)
  },
}
