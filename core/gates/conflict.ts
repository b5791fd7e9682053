import { explainConflict } from '../landing/rival.ts'
import type { Gate, Verdicts } from './gate.ts'
import { pass, refuse, wait } from './verdict.ts'

export const conflict: Gate = {
  name: 'conflict',
  judge(proposal) {
    const { pull } = proposal
    if (pull.mergeable === null)
      return wait(`GitHub is still finding out whether it merges with ${pull.base.branch}`)
    return pull.mergeable
      ? pass('merges cleanly')
      : refuse(explainConflict(pull.base.branch, proposal.rival()))
  },
}

/** Each move of the base makes GitHub think for a moment: beside another reason that is none which is worth being written. */
export function isUndecided({ gate, verdict }: Verdicts['all'][number]): boolean {
  return gate === 'conflict' && verdict.is === 'wait'
}
