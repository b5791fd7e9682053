import { touchedPaths } from '../gates/paths.ts'
import { matchesAny } from '../paths/glob.ts'
import type { Candidate } from './candidate.ts'
import type { Scheduler } from './scheduler.ts'
import { type Coupling, escapePattern, heldWrites } from './scope.ts'

/** So many are remembered; the oldest are forgotten first. */
const MOST = 200

/**
 * What the gate's look at the real difference teaches: a pull request that touches what another task at work was to write,
 * though nothing said so, shows that whoever writes its scope writes that path too. Only what was not known.
 */
export function findBreaches(
  known: readonly Coupling[],
  atWork: readonly Candidate[],
  scheduler: Pick<Scheduler, 'predict'>,
): Coupling[] {
  const found = new Map<string, Coupling>()
  for (const one of atWork) {
    const breach = findBreach(one, atWork, scheduler)
    if (breach !== null) found.set(breach.join('\n'), breach)
  }
  for (const pair of known) found.delete(pair.join('\n'))
  return [...found.values()]
}

function findBreach(
  { task, state }: Candidate,
  atWork: readonly Candidate[],
  { predict }: Pick<Scheduler, 'predict'>,
): Coupling | null {
  if (state.is !== 'proposed' || state.pull.changes === null) return null
  const [scope] = predict(task)
  if (scope === undefined) return null
  const outside = touchedPaths(state.pull.changes).filter(path => !matchesAny(predict(task), path))
  if (outside.length === 0) return null
  const others = atWork.filter(other => other.task !== task)
  const breached = outside.find(path =>
    others.some(other => matchesAny(heldWrites(other.task, predict(other.task)), path)),
  )
  return breached === undefined ? null : [scope, escapePattern(breached)]
}

export function addCouplings(known: readonly Coupling[], fresh: readonly Coupling[]): [string, string][] {
  return [...known, ...fresh].slice(-MOST).map(([a, b]) => [a, b])
}
