import { atLeast } from '../world.ts'
import { HOW_TO_APPROVE, names, qualifiedApprovers } from './approvals.ts'
import type { Gate } from './gate.ts'
import { pass, wait } from './verdict.ts'

/** Landing without a second person takes somebody who could have pushed the change alone. */
export const requester: Gate = {
  name: 'requester',
  judge(proposal) {
    const by = proposal.requester
    if (by !== null && by.kind === 'person' && atLeast(proposal.standing(by), 'write')) {
      return pass(`${by.login} asked for it and may push`)
    }
    const people = qualifiedApprovers(proposal)
    if (people.length > 0) return pass(`approved by ${names(people)}, who may push`)
    const who =
      by === null
        ? 'nobody is known to have asked for it'
        : `${by.login}, who asked for it, may not push here`
    return wait(`${who}: ${HOW_TO_APPROVE}`)
  },
}
