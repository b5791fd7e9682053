import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chooseTellers, openBooks } from '../../../core/accounts/books.ts'
import { addToTotals, addUsage, EMPTY, NO_TOTALS, type Totals } from '../../../core/accounts/usage.ts'
import { parseConfig } from '../../../core/config/config.ts'
import type { Ticket } from '../../../core/contract/ticket.ts'
import type { Effect, EffectName } from '../../../core/effect.ts'
import { emptyControls } from '../../../core/ledger.ts'
import { plan } from '../../../core/plan.ts'
import type { TaskFacts, World } from '../../../core/world.ts'
import {
  alice,
  at,
  bob,
  makeApproval,
  makeClaim,
  makeComment,
  makeConfig,
  makeIssue,
  makeLabeled,
  makeRecord,
  makeReport,
  makeRun,
  makeTask,
  makeTicket,
  makeWorld,
  sha,
} from '../../make.ts'
import { makeUsage } from './usage.ts'

const tools = { now: at(60), digest: () => 'd'.repeat(64) }
const MODELS = { 'gpt-5*': { in: 1, out: 10 } }

type Wish = {
  number: number
  by?: typeof alice
  epic?: number | null
  reserved?: { usd: number; tokens: number } | null
}

/** Ready; with `reserved`: claimed a moment ago, and its run has not started. */
function taskOf({ number, by = alice, epic = null, reserved = null }: Wish): TaskFacts {
  const issue = makeIssue({ number, parent: epic, timeline: [makeLabeled('agent:codex', by)] })
  const record = makeRecord({
    issue: number,
    approval: makeApproval({ issue, by: { id: by.id, login: by.login } }),
  })
  const task = makeTask({ issue, record })
  if (reserved === null) return task
  const account: Ticket['account'] = {
    by: { id: by.id, login: by.login },
    epic,
    work: 'other',
    because: '',
    reserved,
  }
  const ticket = makeTicket({ task: task.id, issue: number, account })
  return { ...task, claims: [makeClaim({ at: at(59), ticket: { ok: true, value: ticket } })] }
}

function worldOf(tasks: TaskFacts[], config: object, totals: Totals = NO_TOTALS): World {
  const world = makeWorld({ tasks, config: { ok: true, value: makeConfig({ models: MODELS, ...config }) } })
  return { ...world, ledger: { ...world.ledger, controls: { ...emptyControls, usage: totals } } }
}

function planFor(tasks: TaskFacts[], config: object, totals?: Totals) {
  const { effects, states, lookAgain } = plan(worldOf(tasks, config, totals), tools)
  const all = <K extends EffectName>(name: K) =>
    effects.filter((effect): effect is Extract<Effect, { do: K }> => effect.do === name)
  return { all, states: tasks.map(task => states.get(task.id)!), lookAgain }
}

describe('what an attempt is given', () => {
  test.each<[string, object, Totals | undefined, { limits: object; reserved?: object }]>([
    ['nothing is limited', {}, undefined, { limits: {}, reserved: { usd: 1, tokens: 1_000_000 } }],
    [
      'its own limit is set aside',
      { limits: { cost_usd: 2, tokens: 5000 }, budgets: { day: { usd: 10 } } },
      undefined,
      { limits: { cost_usd: 2, tokens: 5000 }, reserved: { usd: 2, tokens: 5000 } },
    ],
    [
      'the mean of its agent’s past',
      { budgets: { day: { usd: 10 } } },
      addToTotals(
        NO_TOTALS,
        [makeUsage({}), makeUsage({ cost_usd: 1.5, charged: { usd: 1.5, tokens: 3000 }, tokens_in: 2900 })],
        [],
      ),
      { limits: { cost_usd: 8 }, reserved: { usd: 1, tokens: 2000 } },
    ],
    [
      'never more than is left',
      { limits: { cost_usd: 3 }, budgets: { task: { usd: 2 } } },
      undefined,
      { limits: { cost_usd: 2 }, reserved: { usd: 2 } },
    ],
    [
      'the tightest budget',
      { budgets: { task: { tokens: 9_000_000 }, day: { tokens: 2_000_000 }, user: { tokens: 4_000_000 } } },
      undefined,
      { limits: { tokens: 2_000_000 } },
    ],
  ])('%s', (_, config, totals, { limits, reserved }) => {
    const [claim] = planFor([taskOf({ number: 7 })], config, totals).all('claim')

    expect(claim!.ticket.limits).toMatchObject(limits)
    if (reserved !== undefined) expect(claim!.ticket.account!.reserved).toMatchObject(reserved)
  })
})

describe('a budget that has no room', () => {
  const HALF = { usd: 5, tokens: 10 }
  test.each<[string, object, Wish[], Totals | undefined, RegExp]>([
    [
      'of the day, set aside by others',
      { budgets: { day: { usd: 10 }, estimate: { usd: 4 } } },
      [{ number: 7 }, { number: 8, reserved: HALF }, { number: 9, reserved: HALF }],
      undefined,
      /^the budget of this day \(2026-11-20, UTC\), \$10\.00, has no room for another attempt; it goes on after midnight UTC, or when you raise `budgets\.day\.usd`$/,
    ],
    [
      'of the day, used',
      { budgets: { day: { tokens: 1500 }, estimate: { tokens: 600 } } },
      [{ number: 7 }],
      addToTotals(NO_TOTALS, [makeUsage({})], []),
      /^the budget of this day .*1,500 tokens/,
    ],
    [
      'of the epic',
      { budgets: { epic: { usd: 0.9 } } },
      [{ number: 7, epic: 5 }],
      addToTotals(NO_TOTALS, [makeUsage({ epic: 5, at: at(-9999) })], []),
      /^the budget of the epic #5, \$0\.90, .*attempt; raise `budgets\.epic\.usd`$/,
    ],
    [
      'of a person',
      { budgets: { user: { usd: 0.9 } } },
      [{ number: 7 }],
      addToTotals(NO_TOTALS, [makeUsage({})], []),
      /^@alice’s budget of this day/,
    ],
  ])('%s', (_, config, wishes, totals, why) => {
    const { states, all, lookAgain } = planFor(wishes.map(taskOf), config, totals)

    expect(states[0]).toMatchObject({ is: 'waiting', on: 'budget', why: expect.stringMatching(why) })
    expect(all('claim')).toEqual([])
    expect(all('say')[0]?.body).toContain('`/chorus usage` shows what is used')
    expect(lookAgain).toBeLessThanOrEqual(at(12 * 60))
  })

  test.each<[string, object, Wish, Totals]>([
    [
      'of another day',
      { budgets: { day: { usd: 0.6 } } },
      { number: 7 },
      addToTotals(NO_TOTALS, [makeUsage({ at: at(-24 * 60) })], []),
    ],
    [
      'of another epic',
      { budgets: { epic: { usd: 0.6 } } },
      { number: 7, epic: 6 },
      addToTotals(NO_TOTALS, [makeUsage({ epic: 5 })], []),
    ],
    [
      'of another person',
      { budgets: { user: { usd: 0.6 } } },
      { number: 7, by: bob },
      addToTotals(NO_TOTALS, [makeUsage({})], []),
    ],
  ])('%s is none of its business', (_, config, wish, totals) => {
    expect(planFor([taskOf(wish)], config, totals).all('claim')).toHaveLength(1)
  })

  test('of the task: its own attempts, settled or not', () => {
    const task = taskOf({ number: 7, reserved: { usd: 1, tokens: 10 } })
    const report = makeReport({
      task: task.id,
      outcome: 'red-checks',
      head: null,
      usage: { ...makeReport().usage!, cost_usd: 0.8 },
    })
    const over: TaskFacts = {
      ...task,
      reports: new Map([[1, { sha: sha(0x301), report: { ok: true, value: report } }]]),
      runs: [makeRun({ receipt: { attempt: null, report: sha(0x301) } })],
    }
    const config = { budgets: { task: { usd: 1 }, estimate: { usd: 0.5 } } }
    // Then the record tells: its run is forgotten with time.
    const spent = addUsage(EMPTY, makeUsage({ charged: { usd: 0.8, tokens: 1000 } }))
    const settled = { ...over, record: { ...over.record!, settled: 1, used: spent } }

    for (const one of [over, settled]) {
      expect(planFor([one], config).states[0]).toMatchObject({ is: 'waiting', on: 'budget' })
    }
  })

  test('the more urgent of two gets what is left', () => {
    const urgent = taskOf({ number: 9 })
    const labels = ['agent:codex', 'priority:0']
    const { states } = planFor([taskOf({ number: 7 }), { ...urgent, issue: { ...urgent.issue, labels } }], {
      budgets: { day: { usd: 1.5 } },
    })

    expect(states.map(state => state.is)).toEqual(['waiting', 'ready'])
  })
})

describe('a budget that is nearly used up', () => {
  const config = { budgets: { day: { usd: 10 } } }
  const totals = addToTotals(NO_TOTALS, [makeUsage({ charged: { usd: 8, tokens: 1 } })], [])
  const running = (number: number) => taskOf({ number, reserved: { usd: 1, tokens: 1 } })

  test('is told of once, on one issue, and that is remembered', () => {
    const { all } = planFor([running(7), running(8)], config, totals)

    expect(all('say').map(({ issue }) => issue)).toEqual([7])
    expect(all('say')[0]!.body).toContain('four fifths of the budget of this day (2026-11-20, UTC) are used')
    expect(all('record')[0]!.controls!.usage.warned).toEqual(['day 2026-11-20 usd'])
    expect(all('record')[0]!.events).toContainEqual(expect.objectContaining({ event: 'budget' }))
  })

  test('is not told of again', () => {
    const { all } = planFor([running(7), running(8)], config, { ...totals, warned: ['day 2026-11-20 usd'] })

    expect(all('say')).toEqual([])
    expect(all('record')).toEqual([])
  })

  test('is not told of again where very many are, however many were before them', () => {
    const numbers = Array.from({ length: 201 }, (_, i) => 1001 + i)
    const tasks = numbers.map(epic => taskOf({ number: 3000 + epic, epic, reserved: { usd: 1, tokens: 1 } }))
    const sums = addToTotals(
      NO_TOTALS,
      numbers.map(epic => makeUsage({ epic, charged: { usd: 8, tokens: 1 } })),
      [],
    )
    const each = { budgets: { epic: { usd: 10 } } }
    const gone = numbers.map(epic => `epic ${epic + 5000} usd`)
    const first = planFor(tasks, each, { ...sums, warned: gone }).all('record')[0]!.controls!.usage
    // What is over is forgotten, at last.
    expect(first.warned).toHaveLength(200 + 201)
    expect(planFor(tasks, each, first).all('record')).toEqual([])
    const one = planFor(tasks, each, {
      ...first,
      warned: first.warned.filter(name => name !== 'epic 1201 usd'),
    })
    expect(one.all('record')[0]!.controls!.usage.warned).toEqual(first.warned)
  })

  test('is not told of where that could not be remembered', () => {
    const world = worldOf([running(7), running(8)], config, totals)
    const foreign = { ...world.ledger, broken: { controls: 'foreign' as const, records: new Map() } }
    const spoilt = {
      ...world.ledger,
      broken: { controls: null, records: new Map([[world.tasks[0]!.id, 'foreign' as const]]) },
    }
    const books = openBooks(world, makeConfig({ models: MODELS, ...config }), tools.now)

    expect(chooseTellers(books, foreign).size).toBe(0)
    expect([...chooseTellers(books, spoilt).keys()]).toEqual([world.tasks[1]!.id])
  })

  test('what is only set aside is no reason to worry', () => {
    const { all } = planFor([taskOf({ number: 7, reserved: { usd: 9.5, tokens: 1 } })], config)

    expect(all('say')).toEqual([])
  })
})

test('what is asked for by /chorus usage is told', () => {
  const task = taskOf({ number: 7, epic: 5 })
  const timeline = [...task.issue.timeline, makeComment({ body: '/chorus usage', at: at(50) })]
  const config = { budgets: { epic: { usd: 20 }, compare_with: 'gpt-5-pro' } }
  const totals = addToTotals(NO_TOTALS, [makeUsage({ epic: 5 })], [])
  const [say] = planFor([{ ...task, issue: { ...task.issue, timeline } }], config, totals).all('say')

  expect(say!.body).toContain('| all of #5 | 1 | $0.50 · 1,000 tokens | −$0.50 | $20.00 |')
  expect(say!.body).toContain('| this task | 0 | nothing |  | none |')
})

test('planning an epic is part of what the epic costs', () => {
  const issue = makeIssue({
    number: 5,
    labels: [],
    timeline: [makeComment({ body: '/chorus plan', at: at(50) })],
  })
  const [claim] = planFor([makeTask({ issue })], {}).all('claim')

  expect(claim!.ticket).toMatchObject({ kind: 'plan', account: { epic: 5, work: 'architecture' } })
})

test('an epic is told of all its sub-issues', () => {
  const issue = makeIssue({
    number: 5,
    labels: [],
    container: true,
    timeline: [makeComment({ body: '/chorus usage', at: at(50) })],
  })
  const config = { budgets: { epic: { usd: 20 } } }
  const totals = addToTotals(NO_TOTALS, [makeUsage({ epic: 5 })], [])
  const [say] = planFor([makeTask({ issue })], config, totals).all('say')

  expect(say!.body).toContain('| all of its sub-issues | 1 | $0.50 · 1,000 tokens | $20.00 |')
})

test.each([
  [{ budgets: { day: { usd: 5 } } }, 'budgets.day.usd'],
  [{ budgets: { compare_with: 'strong' } }, 'budgets.compare_with'],
  [{ budgets: { epic: { tokens: 0 } } }, 'budgets.epic.tokens'],
  [{ budgets: { month: { usd: 5 } } }, 'budgets.month'],
])('%j is not valid', (config, path) => {
  const parsed = parseConfig(config)

  expect(!parsed.ok && parsed.problems.map(problem => problem.path)).toContain(path)
})

/** In cents and tokens, so that sums are exact. */
const limit = fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined })
const wish = fc.record({
  by: fc.constantFrom(alice, bob),
  epic: fc.constantFrom(null, 5, 6),
  reserved: fc.option(
    fc.integer({ min: 1, max: 8 }).map(n => ({ usd: n, tokens: n * 3 })),
    { nil: null, freq: 1 },
  ),
})
const limits = fc.record({ usd: limit, tokens: limit }).map(({ usd, tokens }) => ({
  ...(usd === undefined ? {} : { usd }),
  ...(tokens === undefined ? {} : { tokens }),
}))

test('whatever is ready at once, what is set aside never exceeds a budget, and all controllers see the same', () => {
  fc.assert(
    fc.property(
      fc.array(wish, { minLength: 1, maxLength: 12 }),
      fc.record({ task: limits, epic: limits, day: limits, user: limits }),
      fc.integer({ min: 1, max: 6 }),
      (wishes, budgets, need) => {
        const config = {
          limits: { parallel: 100 },
          agents: { codex: { cli: 'codex', max_parallel: 100 } },
          budgets: { ...budgets, estimate: { usd: need, tokens: need * 3 } },
        }
        const tasks = wishes.map((one, i) => taskOf({ number: i + 1, ...one }))
        const first = planFor(tasks, config)
        const claims = first.all('claim')
        expect(planFor(tasks, config).all('claim')).toEqual(claims)

        const after = tasks.map(task => {
          const claim = claims.find(one => one.task === task.id)
          if (claim === undefined) return task
          return { ...task, claims: [makeClaim({ at: at(59), ticket: { ok: true, value: claim.ticket } })] }
        })
        const given = new Set(claims.map(claim => claim.task))
        for (const name of ['task', 'epic', 'day', 'user'] as const) {
          for (const kind of ['usd', 'tokens'] as const) {
            const most = budgets[name][kind]
            if (most === undefined) continue
            for (const [, group] of Map.groupBy(after, task => keyOf(task, name))) {
              if (!group.some(task => given.has(task.id))) continue
              const sum = group
                .flatMap(task => task.claims)
                .reduce(
                  (all, claim) => all + (claim.ticket.ok ? claim.ticket.value.account!.reserved[kind] : 0),
                  0,
                )
              if (name !== 'epic' || group[0]!.issue.parent !== null) expect(sum).toBeLessThanOrEqual(most)
            }
          }
        }
        // Nobody who comes next finds more room than the first one left.
        const books = openBooks(worldOf(after, config), makeConfig({ models: MODELS, ...config }), tools.now)
        for (const { task, ticket } of claims) {
          const { by, epic } = ticket.account!
          const asked = books.ask(
            { task, epic, user: by.id, day: '2026-11-20' },
            { usd: 1000, tokens: 1_000_000 },
          )
          if (budgets.day.usd !== undefined) expect(asked.is).toBe('short')
        }
      },
    ),
    { seed: 3, numRuns: 200 },
  )
})

function keyOf(task: TaskFacts, name: 'task' | 'epic' | 'day' | 'user'): string {
  if (name === 'task') return task.id
  if (name === 'epic') return String(task.issue.parent)
  return name === 'user' ? String(task.record!.approval!.by.id) : 'today'
}
