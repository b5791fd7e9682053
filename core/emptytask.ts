import { printTaskId } from './names.ts'
import type { IssueFacts, TaskFacts } from './world.ts'

/** A task of which there is nothing but its issue: no record, claim, run or pull request. */
export function emptyTask(issue: IssueFacts): TaskFacts {
  return {
    id: printTaskId(issue.number),
    issue,
    record: null,
    distrust: null,
    claims: [],
    attempts: new Map(),
    reports: new Map(),
    losers: new Map(),
    runs: [],
    reviews: { claims: [], reports: new Map(), runs: [] },
    branches: new Map(),
    pull: null,
    revert: null,
    taken: [],
    blockers: [],
    plan: null,
    planned: null,
    statusComment: null,
  }
}
