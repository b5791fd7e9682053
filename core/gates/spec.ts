import { stillApproved } from '../people/approval.ts'
import type { Gate } from './gate.ts'
import { pass, wait } from './verdict.ts'

/** Is what was approved still what is written? */
export const spec: Gate = {
  name: 'spec',
  judge({ record, task }) {
    if (record.approval === null)
      return wait('nobody has approved the task', '`/chorus run` on the issue does')
    const { kind, via, by } = record.approval
    if (!stillApproved(task.issue, record.approval)) {
      const how = kind === 'plan' ? '`/chorus plan` has it planned again' : '`/chorus run` approves it'
      return wait('the issue was edited after it was approved', `${how} as it stands`)
    }
    return pass(via === 'discovered' ? `as an agent met it, for ${by.login}` : `as approved by ${by.login}`)
  },
}
