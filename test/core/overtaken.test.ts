import { expect, test } from 'vitest'
import { printBranch, printTaskId } from '../../core/names.ts'
import { plan } from '../../core/plan.ts'
import type { TaskFacts } from '../../core/world.ts'
import {
  at,
  makeCheck,
  makeClaim,
  makeComment,
  makeIssue,
  makeLabeled,
  makeProposedTask,
  makePull,
  makeRecord,
  makeReport,
  makeRun,
  makeTicket,
  makeWorld,
  sha,
} from '../make.ts'

/** Attempt 2 went on from attempt 1's head; meanwhile a person pushed there. */
const branch = printBranch({ agent: 'codex', task: printTaskId(7) })
const PUSHED = sha(0xfeed)
const ticket = makeTicket({ attempt: 2, continues: sha(0x201) })
const overtaken = (more: Partial<TaskFacts> = {}) =>
  makeProposedTask({
    claims: [makeClaim(), makeClaim({ attempt: 2, ticket: { ok: true, value: ticket } })],
    runs: [makeRun(), makeRun({ attempt: 2 })],
    attempts: new Map([1, 2].map(n => [n, sha(0x200 + n)])),
    reports: new Map(
      [1, 2].map(attempt => [
        attempt,
        { sha: sha(0x300 + attempt), report: { ok: true, value: makeReport({ attempt }) } },
      ]),
    ),
    branches: new Map([[branch, PUSHED]]),
    pull: makePull({ head: { sha: PUSHED, branch } }),
    ...more,
  })

function planFor(task: TaskFacts) {
  const made = plan(makeWorld({ tasks: [task] }), { now: at(60), digest: () => 'd'.repeat(64) })
  return { ...made, state: made.states.get(task.id)!, does: made.effects.map(effect => effect.do) }
}

test('commits that a person pushed during an attempt are kept, and somebody is told', () => {
  const { state, does } = planFor(overtaken())

  expect(state).toMatchObject({ is: 'stuck', why: expect.stringContaining(`pushed to ${branch}`) })
  expect(does).toContain('say')
  expect(does).not.toContain('publish')
  expect(does).not.toContain('describe')
})

test('/chorus revise goes on from them', () => {
  const issue = makeIssue({
    timeline: [
      makeLabeled('agent:codex'),
      makeComment({ at: at(50), body: '/chorus revise take it from there' }),
    ],
  })
  const { effects } = planFor(overtaken({ issue, record: makeRecord() }))

  expect(effects.find(effect => effect.do === 'claim')).toMatchObject({
    attempt: 3,
    ticket: { continues: PUSHED, feedback: 'take it from there' },
  })
})

test('once the branch is gone the attempt is shown', () => {
  expect(planFor(overtaken({ branches: new Map(), pull: null })).does).toEqual(
    expect.arrayContaining(['publish', 'open']),
  )
})

test('an attempt that went on from the branch’s head moves it forward', () => {
  expect(planFor(overtaken({ branches: new Map([[branch, sha(0x201)]]) })).effects).toContainEqual(
    expect.objectContaining({ do: 'publish', before: sha(0x201), after: sha(0x202), move: 'fast-forward' }),
  )
})

test('when CI stays red and no try is left, a person hears of it on the issue', () => {
  const pull = makePull({ checks: [makeCheck({ conclusion: 'failure' })] })
  const tired = makeProposedTask({ pull, record: makeRecord({ countFrom: -2 }) })
  const { state, does } = planFor(tired)

  expect(state).toMatchObject({ is: 'proposed', verdicts: { blocking: { gate: 'checks' } } })
  expect(does).toContain('say')
  expect(does).not.toContain('claim')
})
