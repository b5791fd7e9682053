import { describe, expect, test } from 'vitest'
import type { Grant } from '../../../core/accounts/books.ts'
import { costOf, findPrice, matchesModel } from '../../../core/accounts/price.ts'
import { parseConfig } from '../../../core/config/config.ts'
import { writeTicket } from '../../../core/contract/brief.ts'
import { parseTicket } from '../../../core/contract/ticket.ts'
import { makeApproval, makeIssue, makeRecord, makeTask, makeTicket, makeWorld, OUR_APP } from '../../make.ts'

const tokens = { input: 1_000_000, cached: 400_000, written: 100_000, output: 10_000 }

describe('costs', () => {
  test.each([
    ['all at their own price', { in: 2, out: 10, cached: 0.2, cache_write: 4 }, 1 + 0.08 + 0.4 + 0.1],
    ['the usual price for writing', { in: 2, out: 10, cached: 0.2 }, 1 + 0.08 + 0.25 + 0.1],
    ['no discount', { in: 2, out: 10 }, 1 + 0.8 + 0.25 + 0.1],
    ['free', { in: 0, out: 0 }, 0],
  ])('%s', (_name, price, cost) => {
    expect(costOf(tokens, price)).toBeCloseTo(cost, 12)
  })

  test('more cached than there was is not paid back', () => {
    expect(costOf({ input: 1, cached: 1_000_000, written: 0, output: 0 }, { in: 9, out: 9, cached: 0 })).toBe(
      0,
    )
  })
})

test.each([
  ['gpt-5', 'gpt-5', true],
  ['gpt-5', 'gpt-5.5', false],
  ['gpt-5*', 'gpt-5.5', true],
  ['gpt-5*', 'gpt-5', true],
  ['gpt-5*', 'agpt-5', false],
  ['*', 'anything', true],
  ['g*t', 'gt', false],
])('%s fits %s: %s', (pattern, model, fits) => {
  expect(matchesModel(pattern, model)).toBe(fits)
})

test('an exact name goes before the longest that begins so', () => {
  const price = (value: number) => ({ in: value, out: value })
  const prices = { 'a*': price(1), 'a-b*': price(2), 'a-b-c': price(3) }

  expect(['a', 'a-b', 'a-b-c', 'a-b-cd', 'b'].map(name => findPrice(prices, name)?.in ?? null)).toEqual([
    1,
    2,
    3,
    2,
    null,
  ])
  // Names that every object has are no prices.
  expect(findPrice(prices, 'constructor')).toBe(null)
  expect(findPrice({}, '__proto__')).toBe(null)
})

describe('budgets in the configuration', () => {
  const models = { 'gpt-5*': { in: 1.25, out: 10, cached: 0.125 } }

  test('reach the runner in the ticket', () => {
    const config = parseConfig({ limits: { tokens: 2_000_000, cost_usd: 5 }, models })
    if (!config.ok) throw new Error('the configuration is valid')
    const issue = makeIssue()
    const task = makeTask({ issue })
    const record = makeRecord({ approval: makeApproval({ issue, agent: 'codex' }) })
    const spec = {
      title: 't',
      type: 'feat',
      work: 'feature' as const,
      priority: 2,
      goal: 'g',
      acceptance: [],
      scope: [],
      constraints: [],
    }
    const { repo } = makeWorld()

    const choice = { agent: 'codex', because: '', others: [] }
    const payer = { by: { id: 1, login: 'ada' }, epic: 5 }
    const grant: Grant = { is: 'go', reserved: { usd: 1, tokens: 1 }, left: { usd: null, tokens: null } }

    const ticket = writeTicket({
      app: OUR_APP,
      repo,
      config: config.value,
      task,
      record,
      spec,
      attempt: 1,
      choice,
      payer,
      onto: repo.head,
      grant,
      standing: () => 'none',
    })

    expect(ticket).toMatchObject({ limits: { tokens: 2_000_000, cost_usd: 5 }, models })
    expect(parseTicket(ticket)).toMatchObject({ ok: true })
  })

  test('are not in a ticket when nobody set them', () => {
    const config = parseConfig(null)

    expect(config).toMatchObject({ ok: true, value: { models: {} } })
    expect(config.ok && config.value.limits).not.toHaveProperty('tokens')
    expect(parseTicket(makeTicket())).toMatchObject({ ok: true })
  })

  test.each([
    [{ limits: { tokens: 0 } }, 'limits.tokens'],
    [{ limits: { tokens: 1.5 } }, 'limits.tokens'],
    [{ limits: { cost_usd: 0 }, models }, 'limits.cost_usd'],
    [{ limits: { cost_usd: 1 } }, 'limits.cost_usd'],
    [{ models: { m: { in: -1, out: 1 } } }, 'models.m.in'],
    [{ models: { m: { in: 1 } } }, 'models.m.out'],
    [{ models: { m: { in: 1, out: 1, cash: 1 } } }, 'models.m.cash'],
    [{ models: { 'a b': { in: 1, out: 1 } } }, 'models.a b'],
  ])('%j is a problem at %s', (value, path) => {
    const parsed = parseConfig(value)

    expect(parsed.ok ? [] : parsed.problems.map(problem => problem.path)).toEqual([path])
  })
})
