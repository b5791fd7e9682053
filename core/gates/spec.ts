import { isOfEarlierWords, stillApproved } from '../people/approval.ts'
import { approvers, names, waysToApprove } from './approvals.ts'
import type { Gate, Proposal, Verdict } from './gate.ts'
import { pass, wait } from './verdict.ts'

/** Is what was approved still what is written, and what the agent was given? */
export const spec: Gate = {
  name: 'spec',
  judge(proposal) {
    const { record, task, claim } = proposal
    if (record.approval === null)
      return wait('nobody has approved the task', '`/chorus run` on the issue does')
    const { kind, via, by } = record.approval
    if (!stillApproved(task.issue, record.approval)) {
      const how = kind === 'plan' ? '`/chorus plan` has it planned again' : '`/chorus run` approves it'
      return wait('the issue was edited after it was approved', `${how} as it stands`)
    }
    if (claim !== null && isOfEarlierWords(claim, record.approval)) return judgeEarlier(proposal)
    return pass(via === 'discovered' ? `as an agent met it, for ${by.login}` : `as approved by ${by.login}`)
  },
}

/**
 * Whoever approved the new words may have thought that they would be worked on: somebody looks whether this is what they ask for. Who
 * approved the change before those words stood did not.
 */
function judgeEarlier(proposal: Proposal): Verdict {
  const people = approvers(proposal, proposal.record.approval?.at)
  if (people.length > 0) return pass(`begun under earlier words; approved by ${names(people)} as it is`)
  const again =
    proposal.record.approval?.kind === 'plan'
      ? '`/chorus plan` has it made again from the new words'
      : '`/chorus revise` has its agent go on under the new words'
  return wait(
    'the attempt was begun under earlier words of the issue',
    `is it what the issue asks for now? Then somebody with write access approves it, once more where that was before those words, by ${waysToApprove(proposal)}; ${again}`,
  )
}
