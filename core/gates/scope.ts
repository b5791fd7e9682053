import { compileGlob } from '../paths/glob.ts'
import type { Gate } from './gate.ts'
import { touchedPaths } from './paths.ts'
import { listPaths, pass, refuse } from './verdict.ts'

/** Does the change stay where the task said it would? */
export const scope: Gate = {
  name: 'scope',
  judge({ spec, pull }) {
    if (spec === null || spec.scope.length === 0) return pass('the task names no scope')
    if (pull.changes === null) return refuse('GitHub cut the list of changed files, so nobody can tell')
    const globs = spec.scope.map(compileGlob)
    const outside = touchedPaths(pull.changes).filter(
      path => !globs.some(glob => glob.ok && glob.value(path)),
    )
    return outside.length === 0
      ? pass(`all within ${listPaths(spec.scope)}`)
      : refuse(
          `${listPaths(outside)} ${outside.length === 1 ? 'is' : 'are'} outside the scope ${listPaths(spec.scope)}`,
        )
  },
}
