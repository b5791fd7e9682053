import { asksUpToDate, readLanding } from '../landing/landing.ts'
import { printPlace, printTook } from '../landing/place.ts'
import { explainNext } from '../words/behind.ts'
import { explainRedGround } from '../words/redbase.ts'
import type { Gate } from './gate.ts'
import { pass, wait } from './verdict.ts'

/**
 * CI's result must be for the merge that would happen now, where the branch's rules ask for that; where they do not, the
 * weaker promise is the repository's own choice.
 */
export const fresh: Gate = {
  name: 'fresh',
  judge({ rules, config, pull, repo, place, inherits, turn }) {
    if (rules.queue) return pass(`GitHub’s merge queue tests it on the newest ${pull.base.branch}`)
    if (!asksUpToDate({ rules, merge: config.merge }))
      return pass(`${pull.base.branch} does not ask for up-to-date branches`)
    if (pull.current === null) return wait(`GitHub is still comparing it with ${pull.base.branch}`)
    if (pull.current) return pass(`up to date with ${pull.base.branch}`)
    if (place !== null) return wait(printPlace(place, pull))
    if (inherits() === 'red') return { is: 'wait', reason: explainRedGround(pull.base.branch), ask: '' }
    const { path } = readLanding({ rules, methods: repo.methods, merge: config.merge })
    const next = explainNext(path, turn(path), { most: config.merge.together, took: printTook(pull) })
    return wait(`${pull.base.branch} has moved on and asks for up-to-date branches: ${next}`)
  },
}
