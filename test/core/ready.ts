import type { TrainFacts } from '../../core/landing/trainfacts.ts'
import type { TaskRecord } from '../../core/ledger.ts'
import { printTrainBranch } from '../../core/names.ts'
import type { PullFacts, TaskFacts } from '../../core/world.ts'
import { at, makeChange, sha } from '../make.ts'
import { HEAD, makeReady } from './landing/ready.ts'

/** Nothing is in the way of its landing, but perhaps CI, which has not said anything, or the merge job. */
export function makeUnjudged(
  issue: number,
  over: Partial<PullFacts> = {},
  record: Partial<TaskRecord> = {},
): TaskFacts {
  const changes = [makeChange({ path: `src/f${issue}.ts` })]
  return makeReady(issue, { changes, checks: [], ...over }, record)
}

export const makeTrain = (issues: readonly number[], over: Partial<TrainFacts> = {}): TrainFacts => ({
  branch: printTrainBranch('a'.repeat(16)),
  head: sha(0x2000),
  members: issues.map(HEAD),
  base: sha(1),
  pull: 500,
  at: at(50),
  checks: [],
  judged: [],
  gate: null,
  refusal: null,
  ...over,
})
