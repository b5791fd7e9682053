import { hasLanded, printIssue } from '../schedule/blocker.ts'
import type { Gate } from './gate.ts'
import { pass, wait } from './verdict.ts'

/** What the issue is blocked by has landed. */
export const needs: Gate = {
  name: 'needs',
  judge({ task }) {
    const given = task.blockers.find(one => one.state === 'closed' && !hasLanded(one))
    if (given !== undefined) {
      return wait(
        `${printIssue(given)} was closed as ${(given.stateReason ?? '').replaceAll('_', ' ')}: remove the "blocked by" link if it is not needed any more`,
      )
    }
    const open = task.blockers.filter(one => one.state === 'open')
    if (open.length > 0) return wait(`blocked by ${open.map(printIssue).join(', ')}`)
    return pass(
      task.blockers.length === 0 ? 'blocked by nothing' : `${task.blockers.map(printIssue).join(', ')} done`,
    )
  },
}
