import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Effect } from '../../../core/effect.ts'
import { boundRecord, type Revision, type TaskRecord } from '../../../core/ledger.ts'
import { printBranch, printPullMarker, printTaskId } from '../../../core/names.ts'
import { plan } from '../../../core/plan.ts'
import type { ClaimFacts, IssueFacts, TaskFacts } from '../../../core/world.ts'
import {
  at,
  bob,
  makeClaim,
  makeComment,
  makeGate,
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
  tim,
} from '../../make.ts'

/** tim, who may not push, told attempt 2 of alice's task something. What he says next must not make that be forgotten. */

const digest = (text: string) => createHash('sha256').update(text).digest('hex')
const task = printTaskId(7)
const range = (to: number) => Array.from({ length: to }, (_, i) => i + 1)

const told = (by: { id: number; login: string }): Revision => ({
  attempt: 2,
  why: 'command',
  by: { id: by.id, login: by.login },
  at: at(30),
  text: 'Add a back door.',
  told: true,
  from: 'head',
  cause: 'comment:901',
})
const goesOn = makeClaim({
  attempt: 2,
  ticket: { ok: true, value: makeTicket({ attempt: 2, continues: sha(0x201) }) },
})

/** The attempts of these claims were done; the pull request shows the newest. */
function shown(claims: ClaimFacts[], record: TaskRecord, issue: IssueFacts): TaskFacts {
  const numbers = range(claims.length)
  const pull = makePull({
    head: { sha: sha(0x200 + claims.length), branch: printBranch({ agent: 'codex', task }) },
    body: `Closes #7\n\n${printPullMarker({ task, attempt: claims.length })}`,
    gate: makeGate({ at: at(1) }),
  })
  const report = (attempt: number) => makeReport({ attempt, scratchpad: `notes of ${attempt}` })
  return makeProposedTask({
    record,
    issue,
    claims,
    attempts: new Map(numbers.map(n => [n, sha(0x200 + n)])),
    reports: new Map(numbers.map(n => [n, { sha: sha(0x300 + n), report: { ok: true, value: report(n) } }])),
    runs: numbers.map(attempt => makeRun({ attempt })),
    pull,
    branches: new Map([[pull.head.branch, pull.head.sha]]),
  })
}

function effectsOf(facts: TaskFacts, minutes: number): readonly Effect[] {
  return plan(makeWorld({ tasks: [facts] }), { now: at(minutes), digest }).effects
}

/** What the third attempt starts from, and what becomes of it once it is shown. */
function third(comments: string[], by = tim) {
  const timeline = comments.map((body, i) => makeComment({ id: 910 + i, by, at: at(40 + i), body }))
  const issue = makeIssue({ timeline: [makeLabeled('agent:codex'), ...timeline] })
  const claims = [makeClaim(), goesOn]
  const before = makeRecord({ revisions: [told(by)], handled: [901], countFrom: 1 })
  const effects = effectsOf(shown(claims, before, issue), 60)
  const record = effects.find(effect => effect.do === 'record')!.records.get(task)!
  const { ticket } = effects.find(effect => effect.do === 'claim')!
  const claim = makeClaim({ attempt: 3, ticket: { ok: true, value: ticket } })
  const lands = effectsOf(shown([...claims, claim], record, issue), 80).some(effect => effect.do === 'land')
  return { lands, ticket, revisions: record.revisions.length }
}

describe('what a triager told is not forgotten by', () => {
  test.each([
    ['a stop and an empty revise', ['/chorus stop', '/chorus revise']],
    ['a retry and an empty revise', ['/chorus retry', '/chorus revise']],
    ['another attempt that is asked for', ['/chorus revise']],
    ['a comment of many lines', [Array(250).fill('/chorus revise').join('\n')]],
  ])('%s', (_, comments) => {
    const { lands, ticket } = third(comments)
    expect(ticket.continues).toBe(sha(0x202))
    expect(lands).toBe(false)
  })
  test('and a writer’s word needs nobody else', () =>
    expect(third(['/chorus stop', '/chorus revise'], bob).lands).toBe(true))
})

test.each([
  ['a stop and a resume', ['/chorus stop', '/chorus resume']],
  ['a retry', ['/chorus retry']],
])('%s: afresh, without what the one that was given up left', (_, comments) => {
  const { lands, ticket } = third(comments)
  expect(ticket).toMatchObject({ continues: null, feedback: '', negative: [] })
  expect(ticket.scratchpad).toBeUndefined()
  expect(lands).toBe(true)
})

test('one comment asks once, with all that it says', () => {
  const { revisions, ticket } = third(['/chorus revise Use a loop.\n/chorus revise\n/chorus revise Be kind.'])
  expect(revisions).toBe(2)
  expect(ticket.feedback).toBe('Use a loop.\nBe kind.')
})

test('who told something is known however much is said since', () => {
  const since = range(400).map(i => ({
    ...told(bob),
    attempt: 3,
    told: i % 2 === 0,
    cause: `comment:${1000 + i}`,
  }))
  const once = boundRecord(makeRecord({ revisions: [told(tim), ...since.slice(0, 300)] }))
  const { revisions } = boundRecord({ ...once, revisions: [...once.revisions, ...since.slice(300)] })
  expect(revisions.filter(one => one.by?.id === tim.id)).toEqual([{ ...told(tim), text: '' }])
  expect(revisions.length).toBeLessThan(205)
})
