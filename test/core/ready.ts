import type { TrainFacts } from '../../core/landing/trainfacts.ts'
import type { TaskRecord } from '../../core/ledger.ts'
import { printBranch, printPullMarker, printTaskId, printTrainBranch } from '../../core/names.ts'
import type { PullFacts, TaskFacts } from '../../core/world.ts'
import {
  at,
  makeChange,
  makeClaim,
  makeIssue,
  makeProposedTask,
  makePull,
  makeRecord,
  makeReport,
  makeRun,
  makeTicket,
  sha,
} from '../make.ts'

export const HEAD = (issue: number) => sha(0x1000 + issue)
/** Nothing is in the way of its landing, but perhaps CI, or the merge job. */
export function makeReady(
  issue: number,
  over: Partial<PullFacts> = {},
  record: Partial<TaskRecord> = {},
): TaskFacts {
  const task = printTaskId(issue)
  const head = { sha: HEAD(issue), branch: printBranch({ agent: 'codex', task }) }
  const pull = makePull({
    number: issue + 100,
    head,
    body: printPullMarker({ task, attempt: 1 }),
    changes: [makeChange({ path: `src/f${issue}.ts` })],
    checks: [],
    ...over,
  })
  const receipt = { attempt: head.sha, report: sha(0x301) }
  return makeProposedTask({
    issue: makeIssue({ number: issue }),
    record: makeRecord({ issue, ...record }),
    claims: [makeClaim({ ticket: { ok: true, value: makeTicket({ task, issue }) } })],
    attempts: new Map([[1, head.sha]]),
    reports: new Map([
      [1, { sha: receipt.report, report: { ok: true, value: makeReport({ task, head: head.sha }) } }],
    ]),
    runs: [makeRun({ receipt })],
    branches: new Map([[head.branch, head.sha]]),
    pull,
  })
}

export const makeTrain = (issues: readonly number[], over: Partial<TrainFacts> = {}): TrainFacts => ({
  branch: printTrainBranch('a'.repeat(16)),
  head: sha(0x2000),
  members: issues.map(HEAD),
  pull: 500,
  at: at(50),
  checks: [],
  judged: [],
  green: false,
  refusal: null,
  ...over,
})
