import type { Gate } from './gate.ts'
import { pass, refuse, wait } from './verdict.ts'

export const conflict: Gate = {
  name: 'conflict',
  judge({ pull }) {
    if (pull.mergeable === null)
      return wait(`GitHub is still finding out whether it merges with ${pull.base.branch}`)
    return pull.mergeable ? pass('merges cleanly') : refuse(`it conflicts with ${pull.base.branch}`)
  },
}
