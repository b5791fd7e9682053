import { explainConflict } from '../landing/rival.ts'
import type { Gate } from './gate.ts'
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
