import type { TaskRecord } from '../../../core/ledger.ts'
import { printBranch, printPullMarker, printTaskId } from '../../../core/names.ts'
import type { PullFacts, TaskFacts } from '../../../core/world.ts'
import {
  makeClaim,
  makeIssue,
  makeProposedTask,
  makePull,
  makeRecord,
  makeReport,
  makeRun,
  makeTicket,
  sha,
} from '../../make.ts'

export const HEAD = (issue: number) => sha(0x1000 + issue)

/** Passes every gate; its pull request is #100 and its number. */
export function makeReady(
  issue: number,
  over: Partial<PullFacts> = {},
  record: Partial<TaskRecord> = {},
): TaskFacts {
  const task = printTaskId(issue)
  const head = { sha: HEAD(issue), branch: printBranch({ agent: 'codex', task }) }
  const pull = makePull({ number: issue + 100, head, body: printPullMarker({ task, attempt: 1 }), ...over })
  const receipt = { attempt: head.sha, report: sha(0x301) }
  const report = { ok: true as const, value: makeReport({ task, head: head.sha }) }
  return makeProposedTask({
    issue: makeIssue({ number: issue }),
    record: makeRecord({ issue, ...record }),
    claims: [makeClaim({ ticket: { ok: true, value: makeTicket({ task, issue }) } })],
    attempts: new Map([[1, head.sha]]),
    reports: new Map([[1, { sha: receipt.report, report }]]),
    runs: [makeRun({ receipt })],
    branches: new Map([[head.branch, head.sha]]),
    pull,
  })
}
