import { beganAt } from '../attempt.ts'
import { atLeast } from '../world.ts'
import { approvers, HOW_TO_APPROVE, names, qualifiedApprovers } from './approvals.ts'
import type { Gate, Proposal } from './gate.ts'
import { pass, wait } from './verdict.ts'

/** Landing without a second person takes somebody who could have pushed the change alone. */
export const requester: Gate = {
  name: 'requester',
  judge(proposal) {
    const by = proposal.requester
    if (by !== null && by.kind === 'person' && atLeast(proposal.standing(by), 'write')) {
      const tellers = tellersWithoutWrite(proposal)
      if (tellers.length === 0) return pass(`${by.login} asked for it and may push`)
      const people = approvers(proposal)
      if (people.length > 0) return pass(`approved by ${names(people)}, who may push`)
      return wait(
        `${names(tellers)}, who may not push here, told the agent what to do: somebody with write access can approve it by a review or by \`/chorus approve\``,
      )
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

/**
 * Whose words the agent followed beside the approved text (a `/chorus revise`, an answer) without being able to push them.
 * An attempt that was given up is forgotten only by one that starts afresh: to go on from its head is to keep them.
 */
function tellersWithoutWrite({ record, claim, task, standing }: Proposal): { id: number; login: string }[] {
  const shown = claim?.attempt ?? 0
  const before = Math.min(record.voidThrough, beganAt(task, shown) - 1)
  const followed = record.revisions.filter(one => one.told && before < one.attempt && one.attempt <= shown)
  const tellers = followed.flatMap(({ by }) => (by !== null && !atLeast(standing(by), 'write') ? by : []))
  return tellers.filter((by, i) => tellers.findIndex(other => other.id === by.id) === i)
}
