import { HOLD_LABEL } from '../names.ts'
import type { Gate } from './gate.ts'
import { pass, wait } from './verdict.ts'

/** The brakes that anybody with triage can pull. */
export const labels: Gate = {
  name: 'labels',
  judge({ pull, task, record }) {
    if (record.landing?.is === 'held') {
      return wait(`@${record.landing.by.login} holds it back: \`/chorus merge\` lets it land`)
    }
    if (record.landing?.is === 'ejected') {
      const { by, why } = record.landing
      const because = why === '' ? '' : ` (${why})`
      return wait(`@${by.login} took it out of what lands${because}: \`/chorus merge\` lets it back in`)
    }
    if (pull.labels.includes(HOLD_LABEL))
      return wait(`the pull request carries \`${HOLD_LABEL}\`: take the label off`)
    if (task.issue.labels.includes(HOLD_LABEL))
      return wait(`the issue carries \`${HOLD_LABEL}\`: take the label off`)
    if (pull.draft) return wait('it is a draft: mark it as ready for review')
    return pass('nothing holds it')
  },
}
