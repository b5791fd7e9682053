import { describe, expect, test } from 'vitest'
import { pinPrompts, writeTicket } from '../../../core/contract/brief.ts'
import type { Outcome, Report } from '../../../core/contract/report.ts'
import type { Revision, TaskRecord } from '../../../core/ledger.ts'
import type { CommentFact, TaskFacts } from '../../../core/world.ts'
import {
  alice,
  at,
  makeClaim,
  makeComment,
  makeConfig,
  makeIssue,
  makeProposedTask,
  makeRecord,
  makeRepo,
  makeReport,
  makeSpec,
  OUR_APP,
  sha,
} from '../../make.ts'

const said = (attempt: number, text: string, from: Revision['from'] = 'head'): Revision => ({
  attempt,
  text,
  told: true,
  from,
  why: 'review',
  by: null,
  at: at(attempt),
  cause: `review:${attempt}`,
})

function reports(...outcomes: Outcome[]): Pick<TaskFacts, 'reports'> {
  const made = outcomes.map((outcome, i): [number, Report] => [
    i + 1,
    makeReport({ attempt: i + 1, outcome }),
  ])
  return {
    reports: new Map(
      made.map(([attempt, value]) => [attempt, { sha: sha(0x300 + attempt), report: { ok: true, value } }]),
    ),
  }
}

function ticketFor(
  attempt: number,
  facts: Partial<TaskFacts>,
  record: Partial<TaskRecord>,
  config = {},
  repo = makeRepo(),
) {
  return writeTicket({
    app: OUR_APP,
    repo,
    config: makeConfig(config),
    task: makeProposedTask(facts),
    record: makeRecord(record),
    spec: makeSpec(),
    attempt,
    choice: { agent: 'codex', because: '', others: [] },
    payer: { by: alice, epic: null },
    onto: repo.target.head,
    grant: { is: 'go', reserved: { usd: 1, tokens: 1000 }, left: { usd: null, tokens: null } },
    standing: ({ id }) => (id === alice.id ? 'write' : 'triage'),
  })
}

const HEAD = sha(0x201)

test('what a review said is told again when the attempt that heard it brought nothing', () => {
  const ticket = ticketFor(3, reports('done', 'no-change'), { revisions: [said(2, 'Use a loop.')] })

  expect(ticket).toMatchObject({ feedback: 'Use a loop.', continues: HEAD, base: HEAD })
})

test('what an attempt has taken in is not told again', () => {
  const revisions = [said(2, 'Use a loop.'), said(3, 'Name it better.')]

  expect(ticketFor(3, reports('done', 'done'), { revisions }).feedback).toBe('Name it better.')
})

test('an answer stays known while attempts fail', () => {
  const revisions = [said(2, 'The answer: blue', 'base')]
  const ticket = ticketFor(3, { ...reports('question', 'timed-out'), pull: null }, { revisions })

  expect(ticket).toMatchObject({ feedback: 'The answer: blue', continues: null })
})

test('/chorus retry forgets what was said', () => {
  const ticket = ticketFor(3, reports('done', 'red-checks'), {
    revisions: [said(2, 'Use a loop.')],
    voidThrough: 2,
  })

  expect(ticket).toMatchObject({ feedback: '', continues: null, base: sha(1) })
})

test('an agent has the network that the configuration gives it', () => {
  expect(ticketFor(1, {}, {}).network).toBeUndefined()
  expect(ticketFor(1, {}, {}, { isolation: { network: 'gateway' } }).network).toBe('gateway')
})

test('notes of an attempt are for the next one at the same task, until it starts anew', () => {
  const left = reports('red-checks', 'red-checks')
  const first = left.reports.get(1)!.report
  if (first.ok) first.value.scratchpad = 'The parser is in lib/.'
  expect(ticketFor(3, left, {}).scratchpad).toBe('The parser is in lib/.')
  expect(ticketFor(3, left, { countFrom: 2 }).scratchpad).toBeUndefined()
})

describe('notes that people leave on the issue', () => {
  const note = (minute: number, body: string, over: Partial<CommentFact> = {}) =>
    makeComment({ id: minute, at: at(minute), body, ...over })
  const heard = (timeline: CommentFact[], outcomes: Outcome[], record: Partial<TaskRecord> = {}) => {
    const claims = outcomes.map((_, i) => makeClaim({ attempt: i + 1, at: at(100 * (i + 1)) }))
    const facts = { ...reports(...outcomes), claims, issue: makeIssue({ timeline }) }
    return ticketFor(outcomes.length + 1, facts, record).feedback
  }
  const late = note(110, 'The parser is in lib/.')

  test.each<[string, string, string]>([
    [
      'are told to the next attempt',
      heard([late], ['red-checks']),
      'Notes on the issue:\n- @alice: The parser is in lib/.',
    ],
    [
      'and to the one after it, until one brings something',
      heard([late], ['red-checks', 'timed-out']),
      'Notes on the issue:\n- @alice: The parser is in lib/.',
    ],
    ['not where one has heard them that did', heard([late], ['red-checks', 'done']), ''],
    ['nor one that was given up', heard([late], ['red-checks', 'red-checks'], { voidThrough: 2 }), ''],
    [
      'said since it was given up they count',
      heard([note(210, 'Go on.')], ['red-checks', 'red-checks'], { voidThrough: 2 }),
      'Notes on the issue:\n- @alice: Go on.',
    ],
    ['from before the approval they are part of the text', heard([note(-1, 'Old.')], ['red-checks']), ''],
    [
      'of those who may not push: not',
      heard([note(110, 'Mine.', { by: { ...alice, id: 77 } })], ['red-checks']),
      '',
    ],
    ['of apps: not', heard([note(110, 'Mine.', { by: { ...alice, kind: 'app' } })], ['red-checks']), ''],
    ['edited since: not', heard([note(110, 'Mine.', { edited: true })], ['red-checks']), ''],
    ['commands are none', heard([note(110, 'Go.\n\n/chorus retry')], ['red-checks']), ''],
    ['what nobody sees is none', heard([note(110, '<!-- hidden -->')], ['red-checks']), ''],
    [
      'before what began the attempt, and an answer is not told twice',
      heard([late, note(120, 'Blue.')], ['question'], {
        revisions: [{ ...said(2, 'The answer: Blue.'), cause: 'comment:120' }],
      }),
      'Notes on the issue:\n- @alice: The parser is in lib/.\n\nThe answer: Blue.',
    ],
  ])('%s', (_, told, expected) => expect(told).toBe(expected))

  test('of many the newest five, and of long ones the beginning', () => {
    const many = [1, 2, 3, 4, 5, 6].map(n => note(110 + n, `${n}${'x'.repeat(600)}`))
    const told = heard(many, ['red-checks']).split('\n').slice(1)
    expect(told.map(line => [line.slice(0, 11), line.length])).toEqual(
      [2, 3, 4, 5, 6].map(n => [`- @alice: ${n}`, '- @alice: '.length + 500]),
    )
  })
})

test('own words for agents are those of the default branch, also where work starts from an integration branch', () => {
  expect(pinPrompts(makeRepo(), sha(1))).toEqual({})
  expect(pinPrompts(makeRepo(), HEAD)).toEqual({ prompts: sha(1) })
  const lanes = makeRepo({ target: { branch: 'chorus/integration', head: sha(9) } })
  expect(ticketFor(1, {}, {}, {}, lanes)).toMatchObject({ base: sha(9), prompts: sha(1) })
})
