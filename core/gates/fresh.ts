import type { Gate } from './gate.ts'
import { pass, refuse, wait } from './verdict.ts'

/**
 * CI's result must be for the merge that would happen now, where the branch's rules ask for that; where they do not, the
 * weaker promise is the repository's own choice.
 */
export const fresh: Gate = {
  name: 'fresh',
  judge({ rules, pull }) {
    if (!rules.strict) return pass(`${pull.base.branch} does not ask for up-to-date branches`)
    if (pull.current === null) return wait(`GitHub is still comparing it with ${pull.base.branch}`)
    return pull.current
      ? pass(`up to date with ${pull.base.branch}`)
      : refuse(`${pull.base.branch} has moved on and asks for up-to-date branches: press "Update branch"`)
  },
}
