import { expect, test } from 'vitest'
import { checkVoucher, judgeAttempt } from '../../../core/attempt/attempt.ts'
import type { Report } from '../../../core/contract/report.ts'
import type { RunFacts, TaskFacts } from '../../../core/world.ts'
import {
  alice,
  at,
  makeClaim,
  makeIssue,
  makeProposedTask,
  makeRecord,
  makeReport,
  makeRun,
  OUR_APP,
  sha,
} from '../../make.ts'

const judge = (task: TaskFacts) => judgeAttempt(task, OUR_APP, 'main')
const withRun = (run: Partial<RunFacts>) => makeProposedTask({ pull: null, runs: [makeRun(run)] })

test('an attempt counts when claim, run, receipt and refs agree', () => {
  const attempt = judge(makeProposedTask({ pull: null }))

  expect(attempt).toMatchObject({ is: 'ended', head: sha(0x201) })
})

test.each<[string, Partial<RunFacts>]>([
  ['dispatched by a person', { actorId: alice.id }],
  ['from another workflow file', { path: '.github/workflows/evil.yml' }],
  ['on another branch', { branch: 'evil' }],
  ['started by a push', { event: 'push' }],
  ['of another kind', { kind: 'plan' }],
])('a run %s is no run of ours', (_, run) => {
  expect(judge(withRun(run)).is).toBe('pending')
})

test('a run that somebody started again never counts', () => {
  expect(judge(withRun({ runAttempt: 2 }))).toMatchObject({
    is: 'lost',
    why: expect.stringContaining('re-runs never count'),
  })
})

test('refs that the deliver job did not vouch for never count', () => {
  const forged = makeProposedTask({ pull: null, attempts: new Map([[1, sha(0xbad)]]) })

  expect(judge(forged)).toMatchObject({ is: 'lost', why: expect.stringContaining('not the ones') })
})

test('an attempt ref without any receipt never counts', () => {
  expect(judge(withRun({ receipt: null, conclusion: 'failure' })).is).toBe('lost')
})

test('a run whose receipt is not shown yet is waited for; one that handed nothing over is lost at once', () => {
  for (const conclusion of ['success', 'failure', 'cancelled']) {
    expect(judge(withRun({ receipt: null, late: true, conclusion }))).toMatchObject({ is: 'settling' })
    expect(judge(withRun({ receipt: null, late: false, conclusion }))).toMatchObject({ is: 'lost' })
  }
})

test.each<[string, Partial<Report>]>([
  ['another run', { run: 1 }],
  ['another base', { base: sha(5) }],
  ['another commit', { head: sha(6) }],
  ['no commit', { head: null }],
])('a report that names %s than what was vouched for never counts', (_, over) => {
  const report = { ok: true as const, value: makeReport(over) }
  const odd = makeProposedTask({ pull: null, reports: new Map([[1, { sha: sha(0x301), report }]]) })
  expect(judge(odd)).toMatchObject({ is: 'lost', why: expect.stringContaining('of another run') })
})

test('refs that are not readable yet are waited for', () => {
  expect(judge(makeProposedTask({ pull: null, attempts: new Map() })).is).toBe('settling')
})

test('of two runs after an unclear dispatch, the one that vouched is the one', () => {
  const twice = makeProposedTask({
    pull: null,
    runs: [makeRun({ id: 1, receipt: null, conclusion: 'success' }), makeRun()],
  })

  expect(judge(twice)).toMatchObject({ is: 'ended', run: { id: makeRun().id } })
})

test('a claim that this app did not seal starts nothing', () => {
  expect(judge(makeProposedTask({ pull: null, claims: [makeClaim({ sealed: false })] })).is).toBe('unclaimed')
})

test('stopping voids what is under way', () => {
  const stopped = makeProposedTask({ pull: null, record: makeRecord({ voidThrough: 1 }) })

  expect(judge(stopped).is).toBe('void')
})

test('closing the issue voids what is under way, even when it is opened again', () => {
  const issue = makeIssue({
    timeline: [
      { is: 'labeled', label: 'agent:codex', by: alice, at: at(1) },
      { is: 'closed', by: alice, at: at(14) },
      { is: 'reopened', by: alice, at: at(15) },
    ],
  })

  expect(judge(makeProposedTask({ pull: null, issue })).is).toBe('void')
})

test.each<[string, Partial<TaskFacts>, ReturnType<typeof checkVoucher>]>([
  ['its run handed over what the ref names', {}, 'vouched'],
  ['the ref was moved since', { attempts: new Map([[1, sha(0xbad)]]) }, 'contradicted'],
  ['the ref is gone', { attempts: new Map() }, 'contradicted'],
  ['its run was started again since', { runs: [makeRun({ runAttempt: 2 })] }, 'vouched'],
  ['the run is too old to be listed', { runs: [] }, 'unknown'],
  ['only a run by a person says so', { runs: [makeRun({ actorId: alice.id })] }, 'unknown'],
])('the ref of an attempt on show: %s', (_, task, voucher) => {
  const by = { app: OUR_APP, defaultBranch: 'main' }
  expect(checkVoucher(makeProposedTask(task), 1, by)).toBe(voucher)
})

test('a forged claim takes up its number when it is the next, and cannot jam the task', () => {
  const forged = makeClaim({ attempt: 2, sealed: false })
  expect(judge(makeProposedTask({ pull: null, claims: [makeClaim(), forged] }))).toMatchObject({
    is: 'unclaimed',
    attempt: 2,
  })

  const huge = makeClaim({ attempt: 999_999, sealed: false })
  expect(judge(makeProposedTask({ pull: null, claims: [makeClaim(), huge] }))).toMatchObject({ is: 'ended' })
})
