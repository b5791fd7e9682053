import { tellersWithoutWrite } from '../people/tellers.ts'
import { atLeast } from '../world.ts'
import { approvers, howToApprove, names, qualifiedApprovers, waysToApprove } from './approvals.ts'
import type { Gate } from './gate.ts'
import { pass, wait } from './verdict.ts'

/** Landing without a second person takes somebody who could have pushed the change alone. */
export const requester: Gate = {
  name: 'requester',
  judge(proposal) {
    const by = proposal.requester
    // Its commit is ours (the gate `linked`), and only takes back what CI found red.
    if (proposal.revert !== null && by?.id === proposal.app.botId)
      return pass('CI is red with that landing, and green without it')
    if (by !== null && by.kind === 'person' && atLeast(proposal.standing(by), 'write')) {
      const tellers = tellersWithoutWrite(proposal, proposal.claim?.attempt ?? 0)
      if (tellers.length === 0) return pass(`${by.login} asked for it and may push`)
      const people = approvers(proposal)
      if (people.length > 0) return pass(`approved by ${names(people)}, who may push`)
      return wait(
        `${names(tellers)}, who may not push here, told the agent what to do`,
        `somebody with write access can approve it by ${waysToApprove(proposal)}`,
      )
    }
    const people = qualifiedApprovers(proposal)
    if (people.length > 0) return pass(`approved by ${names(people)}, who may push`)
    const who =
      by === null
        ? 'nobody is known to have asked for it'
        : `${by.login}, who asked for it, may not push here`
    return wait(who, howToApprove(proposal))
  },
}
