import { expect, test } from 'vitest'
import { pinPrompts, writeTicket } from '../../../core/contract/brief.ts'
import type { Outcome, Report } from '../../../core/contract/report.ts'
import type { Revision, TaskRecord } from '../../../core/ledger.ts'
import type { TaskFacts } from '../../../core/world.ts'
import {
  alice,
  at,
  makeConfig,
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
    grant: { is: 'go', reserved: { usd: 1, tokens: 1000 }, left: { usd: null, tokens: null } },
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

test('own words for agents are those of the default branch, also where work starts from an integration branch', () => {
  expect(pinPrompts(makeRepo(), sha(1))).toEqual({})
  expect(pinPrompts(makeRepo(), HEAD)).toEqual({ prompts: sha(1) })
  const lanes = makeRepo({ target: { branch: 'chorus/integration', head: sha(9) } })
  expect(ticketFor(1, {}, {}, {}, lanes)).toMatchObject({ base: sha(9), prompts: sha(1) })
})
