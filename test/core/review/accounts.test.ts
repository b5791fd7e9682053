import { expect, test } from 'vitest'
import { openBooks } from '../../../core/accounts/books.ts'
import { groupUsage } from '../../../core/accounts/tally.ts'
import { printClaimRef, printReportRef, printTaskId } from '../../../core/names.ts'
import { at, makeConfig, makeIssue, makeRecord, makeWorld } from '../../make.ts'
import { find, makeReviewed, makeTry, NOW, planFor } from './make.ts'

test('what a review used is written as one, and counts as no attempt', () => {
  const { effects, record } = planFor(makeReviewed(makeTry()))

  const { usage, controls } = find(effects, 'record')
  expect(usage.map(({ kind, attempt, agent, charged }) => ({ kind, attempt, agent, charged }))).toEqual([
    { kind: 'work', attempt: 1, agent: 'codex', charged: { usd: 0.02, tokens: 1200 } },
    { kind: 'review', attempt: 1, agent: 'claude', charged: { usd: 0.02, tokens: 1200 } },
  ])
  expect(record).toMatchObject({
    settled: 1,
    settledReviews: 1,
    used: { attempts: 1, done: 1, cost_usd: 0.04 },
  })
  // How much an agent's attempts cost is not told by its reviews.
  expect(Object.keys(controls?.usage.agents ?? {})).toEqual(['codex'])
  expect(groupUsage(usage, 'kind').map(({ key }) => key)).toEqual(['review', 'work'])
})

test('it is written once', () => {
  const opinion = { review: 1, head: '', verdict: 'approve' as const, by: 'claude', at: at(50) }
  const record = makeRecord({ settled: 1, settledReviews: 1, opinion })
  const { effects } = planFor(makeReviewed(makeTry(), { record, issue: makeIssue({ state: 'closed' }) }))

  expect(effects.flatMap(one => (one.do === 'record' ? one.usage : []))).toEqual([])
})

test('while it runs, what was set aside for it counts', () => {
  const task = makeReviewed(makeTry({ run: { status: 'in_progress', conclusion: null, receipt: null } }), {
    record: makeRecord({ settled: 1 }),
  })
  const world = makeWorld({ tasks: [task] })
  const limit = (usd: number) =>
    makeConfig({ budgets: { task: { usd } }, models: { 'x*': { in: 1, out: 1 } } })
  const who = { task: task.id, epic: null, user: null, day: '2026-11-20' }
  const ask = (usd: number) => openBooks(world, limit(usd), NOW).ask(who, { usd: 0.5, tokens: 0 })

  expect(ask(1.2)).toMatchObject({ is: 'short', budget: { reserved: 1 } })
  expect(ask(1.6)).toMatchObject({ is: 'go' })
})

test('its refs go with those of the attempts', () => {
  const issue = makeIssue({ state: 'closed', closedAt: NOW - 8 * 86_400_000 })
  const { effects } = planFor(makeReviewed(makeTry(), { issue }))

  const name = { kind: 'review' as const, task: printTaskId(7), attempt: 1 }
  expect(find(effects, 'drop-refs').refs.map(ref => ref.name)).toEqual(
    expect.arrayContaining([printClaimRef(name), printReportRef(name)]),
  )
})
