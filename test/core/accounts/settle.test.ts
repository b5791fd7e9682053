import { describe, expect, test } from 'vitest'
import { settle } from '../../../core/accounts/settle.ts'
import { findUnwritten, groupUsage } from '../../../core/accounts/tally.ts'
import {
  addToTotals,
  addUsage,
  EMPTY,
  NO_TOTALS,
  printUsageLine,
  savingOf,
} from '../../../core/accounts/usage.ts'
import { parseReport, type Report } from '../../../core/contract/report.ts'
import type { Ticket } from '../../../core/contract/ticket.ts'
import type { Effect } from '../../../core/effect.ts'
import { plan } from '../../../core/plan.ts'
import type { ClaimFacts, TaskFacts } from '../../../core/world.ts'
import {
  alice,
  at,
  makeClaim,
  makeIssue,
  makeProposedTask,
  makePull,
  makeRecord,
  makeReport,
  makeRun,
  makeTask,
  makeTicket,
  makeWorld,
  OUR_APP,
  sha,
} from '../../make.ts'

const ACCOUNT: Ticket['account'] = {
  by: { id: alice.id, login: alice.login },
  epic: 5,
  work: 'feature',
  because: '',
  reserved: { usd: 1.5, tokens: 50_000 },
}

function claimed(attempt = 1, over: Partial<ClaimFacts> = {}): ClaimFacts {
  return makeClaim({
    attempt,
    ticket: { ok: true, value: makeTicket({ attempt, account: ACCOUNT }) },
    ...over,
  })
}

function reported(report: Partial<Report>, over: Partial<TaskFacts> = {}): TaskFacts {
  const attempt = report.attempt ?? 1
  const value = makeReport({ head: null, ...report, attempt })
  return makeTask({
    record: makeRecord(),
    claims: [claimed(attempt)],
    reports: new Map([[attempt, { sha: sha(0x300 + attempt), report: { ok: true, value } }]]),
    runs: [makeRun({ attempt, receipt: { attempt: null, report: sha(0x300 + attempt) } })],
    ...over,
  })
}

/** What somebody who may push would like an attempt to have cost. */
const CHEAP = { ...makeReport().usage!, tokens_in: 0, tokens_out: 0, cost_usd: 0 }

const world = makeWorld()
const context = { app: OUR_APP, repo: world.repo, now: at(60) }

describe('what a line says of how an attempt began', () => {
  const first = (task: TaskFacts) => settle(task, 0, context)[0]

  test('what its agent was told, as its report measured it', () => {
    const told = {
      task_bytes: 900,
      total_bytes: 4000,
      planning_bytes: 0,
      session_reuse: 0,
      first_request_bytes: 30_000,
      largest_request_bytes: 60_000,
    }
    expect(first(reported({ context: told }))).toMatchObject({
      context: { told: 4000, planning: 0, asked: 30_000, largest: 60_000, sessions: 0 },
      continues: false,
      rival: false,
    })
  })

  test('null where nobody measured it', () => {
    const bare = { task_bytes: 900, total_bytes: 4000, session_reuse: 0 }
    expect(first(reported({ context: bare }))?.context).toMatchObject({
      told: 4000,
      planning: null,
      asked: null,
      largest: null,
    })
    const none = { task_bytes: 0, total_bytes: 0, session_reuse: 0 }
    expect(first(reported({ context: none, outcome: 'cannot-run', usage: null }))?.context).toBeNull()
    const lost = makeTask({
      record: makeRecord(),
      claims: [claimed()],
      runs: [makeRun({ receipt: null, conclusion: 'failure' })],
    })
    expect(first(lost)?.context).toBeNull()
  })

  test('whether it went on from what was there', () => {
    const ticket = makeTicket({ account: ACCOUNT, continues: sha(0x55) })
    const claims = [claimed(1, { ticket: { ok: true, value: ticket } })]
    expect(first(reported({}, { claims }))?.continues).toBe(true)
  })
})

describe('what an attempt is charged', () => {
  test.each<[string, TaskFacts, object | null]>([
    [
      'what its report says',
      reported({ outcome: 'done' }),
      {
        outcome: 'done',
        agent: 'codex',
        model: 'gpt-5',
        cost_usd: 0.02,
        charged: { usd: 0.02, tokens: 1200 },
        epic: 5,
        run: 4001,
      },
    ],
    [
      'what was set aside, where the cost is unknown',
      reported({ usage: { ...makeReport().usage!, cost_usd: null } }),
      { cost_usd: null, charged: { usd: 1.5, tokens: 1200 } },
    ],
    [
      'what was set aside, where the tokens are unknown',
      reported({ usage: { ...makeReport().usage!, tokens_out: null } }),
      { charged: { usd: 0.02, tokens: 50_000 } },
    ],
    [
      'what was set aside, when nothing was handed over',
      reported({ outcome: 'agent-failed', usage: null }),
      { charged: ACCOUNT.reserved },
    ],
    [
      'nothing, when no agent was started',
      reported({ outcome: 'cannot-run', usage: null }),
      { cost_usd: 0, charged: { usd: 0, tokens: 0 } },
    ],
    [
      'what was set aside, when its run left no report',
      makeTask({
        record: makeRecord(),
        claims: [claimed()],
        runs: [makeRun({ receipt: null, conclusion: 'failure' })],
      }),
      { outcome: 'lost', charged: ACCOUNT.reserved, run: 4001 },
    ],
    [
      'nothing yet, while it runs',
      makeTask({ claims: [claimed()], runs: [makeRun({ status: 'in_progress', receipt: null })] }),
      null,
    ],
    ['nothing yet, before it runs', makeTask({ claims: [claimed()] }), null],
    [
      'nothing, when it was stopped before it was started',
      makeTask({ record: makeRecord({ voidThrough: 1 }), claims: [claimed()] }),
      { outcome: 'not-started', charged: { usd: 0, tokens: 0 } },
    ],
    [
      'nothing yet, while a stopped one is still ending',
      makeTask({
        record: makeRecord({ voidThrough: 1 }),
        claims: [claimed()],
        runs: [makeRun({ status: 'in_progress', receipt: null })],
      }),
      null,
    ],
    [
      'what was set aside, when it was stopped and said nothing more',
      makeTask({
        record: makeRecord({ voidThrough: 1 }),
        claims: [claimed()],
        runs: [makeRun({ receipt: null, conclusion: 'cancelled' })],
      }),
      { outcome: 'lost', charged: ACCOUNT.reserved },
    ],
    [
      'what was set aside, when its report is not the one that its run vouched for',
      reported({ usage: CHEAP }, { runs: [makeRun({ receipt: { attempt: null, report: sha(0x999) } })] }),
      { outcome: 'lost', cost_usd: null, charged: ACCOUNT.reserved, run: 4001 },
    ],
    [
      'what was set aside, when its run vouched for nothing and somebody pushed a report',
      reported({ usage: CHEAP }, { runs: [makeRun({ receipt: null, conclusion: 'cancelled' })] }),
      { outcome: 'lost', charged: ACCOUNT.reserved },
    ],
    [
      'nothing yet, while a stopped one is still ending and somebody pushed a report',
      reported(
        { usage: CHEAP },
        {
          record: makeRecord({ voidThrough: 1 }),
          runs: [makeRun({ status: 'in_progress', receipt: null })],
        },
      ),
      null,
    ],
    [
      'nothing for a claim that this app did not make',
      makeTask({ claims: [claimed(1, { sealed: false })] }),
      null,
    ],
  ])('%s', (_, task, expected) => {
    const events = settle(task, 0, context)

    if (expected === null) expect(events).toEqual([])
    else expect(events).toMatchObject([expected])
  })

  test('an attempt that another has followed is over, whatever its run did', () => {
    const task = makeTask({ record: makeRecord(), claims: [claimed(1), claimed(2)] })

    expect(settle(task, 0, context)).toMatchObject([{ attempt: 1, outcome: 'lost' }])
  })

  test('the report of one that another has followed counts as far as its run vouched for it', () => {
    const { runs, ...rest } = reported({ attempt: 1, usage: CHEAP })
    const task = { ...rest, claims: [claimed(1), claimed(2)] }

    expect(settle({ ...task, runs }, 0, context)).toMatchObject([{ charged: { usd: 0 }, run: 4001 }])
    expect(settle({ ...task, runs: [] }, 0, context)).toMatchObject([
      { charged: ACCOUNT.reserved, run: null },
    ])
  })

  test.each(['tokens_in', 'tokens_out', 'tokens_cached', 'cost_usd', 'seconds'])(
    'a report cannot hand %s back',
    field => {
      const report = makeReport()

      expect(parseReport(report).ok).toBe(true)
      expect(parseReport({ ...report, usage: { ...report.usage, [field]: -1 } }).ok).toBe(false)
    },
  )
})

type Recorded = Extract<Effect, { do: 'record' }>

function recordOf(task: TaskFacts): Recorded | undefined {
  const made = plan(makeWorld({ tasks: [task] }), { now: at(60), digest: () => 'd'.repeat(64) })
  return made.effects.find((effect): effect is Recorded => effect.do === 'record')
}

describe('a line on the ledger', () => {
  const merged = makeProposedTask({
    claims: [claimed()],
    pull: makePull({ state: 'merged', mergedSha: sha(0x999) }),
  })

  test('is written with the record that says that it was written, and with the sums', () => {
    const effect = recordOf(merged)!

    expect(effect.usage).toMatchObject([{ attempt: 1, outcome: 'done' }])
    expect(effect.records.get(merged.id)).toMatchObject({
      settled: 1,
      used: { attempts: 1, charged: { usd: 0.02, tokens: 1200 } },
    })
    expect(effect.controls?.usage).toMatchObject({
      epics: { 5: { attempts: 1, cost_usd: 0.02 } },
      days: { '2026-11-20': { all: { attempts: 1 }, users: { [alice.id]: { attempts: 1 } } } },
      agents: { codex: { attempts: 1, done: 1 } },
    })
  })

  test('is not written again', () => {
    const again = recordOf({ ...merged, record: makeRecord({ settled: 1 }) })

    expect(again?.usage ?? []).toEqual([])
    expect(again?.controls ?? null).toBeNull()
  })

  test('rides along: a task that moves on gets no commit for it', () => {
    expect(
      recordOf(makeProposedTask({ claims: [claimed()], record: makeRecord({ logged: 'proposed:1' }) })),
    ).toBeUndefined()
  })

  test('a run that ends after its issue was closed is written all the same', () => {
    const issue = makeIssue({
      state: 'closed',
      timeline: [...makeIssue().timeline, { is: 'closed', by: alice, at: at(15) }],
    })
    const over = reported({ outcome: 'done' }, { issue, record: makeRecord({ logged: 'dropped' }) })

    expect(recordOf(over)?.usage).toMatchObject([{ attempt: 1, charged: { usd: 0.02, tokens: 1200 } }])
  })

  test('is not written over sums that cannot be believed', () => {
    const ledger = { ...makeWorld().ledger, broken: { controls: 'foreign' as const, records: new Map() } }
    const made = plan(makeWorld({ tasks: [merged], ledger }), { now: at(60), digest: () => '' })

    for (const effect of made.effects) if (effect.do === 'record') expect(effect.usage).toEqual([])
  })

  test('has the form that others read', () => {
    const [event] = settle(reported({ outcome: 'done' }), 0, context)

    expect(printUsageLine(event!)).toBe(`2026-11-20T12:12:00.000Z|codex|gpt-5|${event!.task}|1000|200|40`)
  })
})

describe('sums', () => {
  const event = settle(reported({ outcome: 'done' }), 0, context)[0]!

  test('by each group', () => {
    const events = [
      event,
      { ...event, agent: 'claude', model: null, work: 'docs' as const, epic: null, cost_usd: 1 },
    ]

    expect(groupUsage(events, 'agent').map(({ key }) => key)).toEqual(['claude', 'codex'])
    expect(groupUsage(events, 'model').map(({ key }) => key)).toEqual(['unknown', 'gpt-5'])
    expect(groupUsage(events, 'type').map(({ key }) => key)).toEqual(['docs', 'feature'])
    expect(groupUsage(events, 'epic').map(({ key }) => key)).toEqual(['none', '#5'])
    expect(groupUsage(events, 'day')).toMatchObject([
      { key: '2026-11-20', sum: { attempts: 2, cost_usd: 1.02 } },
    ])
  })

  test('a saving is what the same tokens would have cost, less what they did', () => {
    const sum = addUsage(EMPTY, event)

    expect(savingOf(sum, { in: 10, out: 50 })).toBeCloseTo(0.01 + 0.01 - 0.02)
    expect(savingOf(addUsage(sum, { ...event, cost_usd: null }), { in: 10, out: 50 })).toBeNull()
  })

  test('days are kept for a week, and what has no conversation is no mean', () => {
    const days = Array.from({ length: 12 }, (_, i) => ({
      ...event,
      at: at(i * 24 * 60),
      tokens_in: 0,
      tokens_out: 0,
    }))
    const totals = addToTotals(NO_TOTALS, days, ['day 2026-11-20 usd'])

    expect(Object.keys(totals.days)).toHaveLength(8)
    expect(totals.agents).toEqual({})
    expect(addToTotals(totals, [], ['day 2026-11-20 usd']).warned).toEqual(['day 2026-11-20 usd'])
  })

  test('what is over but not written yet is known too', () => {
    const task = makeProposedTask({ claims: [claimed()] })

    expect(findUnwritten(makeWorld({ tasks: [task] }), at(60))).toHaveLength(1)
    const written = { ...task, record: makeRecord({ settled: 1 }) }
    expect(findUnwritten(makeWorld({ tasks: [written] }), at(60))).toEqual([])
  })
})
