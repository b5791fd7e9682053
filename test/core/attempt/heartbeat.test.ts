import { describe, expect, test } from 'vitest'
import { feelPulse } from '../../../core/attempt/heartbeat.ts'
import type { Effect } from '../../../core/effect.ts'
import { plan } from '../../../core/plan.ts'
import { createPlanner } from '../../../core/planner.ts'
import type { RunFacts, TaskFacts, World } from '../../../core/world.ts'
import {
  at,
  makeClaim,
  makeConfig,
  makeProposedTask,
  makeRecord,
  makeRun,
  makeTask,
  makeWorld,
} from '../../make.ts'

/** Claimed at 12, taken by a runner at 20; the ticket allows 30 minutes. */
const run = (overrides: Partial<RunFacts> = {}) =>
  makeRun({ status: 'in_progress', conclusion: null, receipt: null, updatedAt: at(20), ...overrides })
const task = (overrides: Partial<RunFacts> = {}): TaskFacts =>
  makeTask({ record: makeRecord(), claims: [makeClaim()], runs: [run(overrides)] })
const queued = { status: 'queued', updatedAt: at(12) } as const

test.each<[string, Partial<RunFacts>, number, string, number | null]>([
  ['at work', {}, 21, 'alive', 80],
  ['as long as its ticket allows, and what comes beside it', {}, 79, 'alive', 80],
  ['a half hour longer', {}, 80, 'quiet', 170],
  ['two hours longer', {}, 170, 'gone', null],
  ['another job of it began meanwhile', { updatedAt: at(75) }, 80, 'alive', 135],
  ['it waits for a runner', queued, 71, 'alive', 72],
  ['for an hour', queued, 72, 'unattended', null],
  ['for a day: GitHub gives up, not we', queued, 24 * 60, 'unattended', null],
  ['asked to end, which shows on it', { updatedAt: at(171), cancelAsked: at(171) }, 172, 'alive', 176],
  ['asked to end in vain', { updatedAt: at(171), cancelAsked: at(171) }, 176, 'gone', null],
])('%s', (_, overrides, minute, is, until) => {
  const pulse = feelPulse(makeClaim(), run(overrides), at(minute))
  expect(pulse).toMatchObject({ is, until: until === null ? null : at(until) })
})

describe('what is done about it', () => {
  const planAt = (minute: number, one: TaskFacts, world: Partial<World> = {}) =>
    plan(makeWorld({ tasks: [one], ...world }), { now: at(minute), digest: () => 'd'.repeat(64) })
  const find = (effects: readonly Effect[], name: Effect['do']) => effects.filter(one => one.do === name)
  const stateAt = (minute: number, one: TaskFacts) => [...planAt(minute, one).states.values()][0]!

  test('as long as it lives, nothing', () => {
    const { effects } = planAt(79, task())
    expect([...find(effects, 'cancel'), ...find(effects, 'claim'), ...find(effects, 'say')]).toEqual([])
  })

  test.each<[string, TaskFacts, number, RegExp]>([
    ['quiet', task(), 80, /no sign of life since 2026-11-20 12:20 UTC[\s\S]*retry/],
    ['unattended', task(queued), 72, /no runner has taken it since 2026-11-20 12:12 UTC[\s\S]*runs-on/],
  ])('%s: people are told, and it goes on', (_, one, minute, words) => {
    const { effects } = planAt(minute, one)
    expect(find(effects, 'say')).toMatchObject([{ body: expect.stringMatching(words) }])
    expect([...find(effects, 'cancel'), ...find(effects, 'claim')]).toEqual([])
    expect(stateAt(minute, one)).toMatchObject({ is: 'running', attempt: 1 })
  })

  test('gone: its run is ended, and the next attempt begins', () => {
    const { effects } = planAt(170, task())
    expect(find(effects, 'cancel')).toMatchObject([{ run: 4001, force: false }])
    expect(find(effects, 'claim')).toMatchObject([{ attempt: 2 }])
  })

  test('gone, at the last try: a person is asked', () => {
    const config = { ok: true, value: makeConfig({ limits: { attempts: 1 } }) } as const
    const { effects, states } = planAt(170, task(), { config })
    expect(find(effects, 'cancel')).toHaveLength(1)
    expect(find(effects, 'claim')).toEqual([])
    expect([...states.values()][0]).toMatchObject({
      is: 'stuck',
      why: expect.stringContaining('no sign of life'),
    })
  })

  test('one that does not obey is forced, and the next attempt does not wait for it', () => {
    const stubborn = task({ updatedAt: at(171), cancelAsked: at(171) })
    expect(find(planAt(175, stubborn).effects, 'cancel')).toEqual([])
    const { effects } = planAt(176, stubborn)
    expect(find(effects, 'cancel')).toMatchObject([{ run: 4001, force: true }])
    expect(find(effects, 'claim')).toMatchObject([{ attempt: 2 }])
  })

  test('a task at rest is judged again when its time has come', () => {
    const remembering = createPlanner()
    const world = makeWorld({ tasks: [task()] })
    const tools = (minute: number) => ({ now: at(minute), digest: () => 'd'.repeat(64) })
    // What shows at first is the phase.
    const working = { ...world.tasks[0]!.issue, labels: ['agent:codex', 'phase:working'] }
    const calm = { ...world, tasks: [{ ...world.tasks[0]!, issue: working }] }
    expect(remembering(calm, tools(21)).effects).toEqual([])
    expect(remembering(calm, tools(79)).effects).toEqual([])
    expect(find(remembering(calm, tools(170)).effects, 'cancel')).toHaveLength(1)
  })
})

describe('what its run vouched for is not there', () => {
  const deleted = makeProposedTask({ pull: null, attempts: new Map() })
  const planAt = (minute: number) =>
    plan(makeWorld({ tasks: [deleted] }), { now: at(minute), digest: () => 'd'.repeat(64) })

  test('it is waited for as long as GitHub may not show it, and then made anew', () => {
    expect([...planAt(27).states.values()]).toMatchObject([{ is: 'running', pulse: { until: at(28) } }])
    const { effects, states } = planAt(28)
    expect([...states.values()]).toMatchObject([{ is: 'ready', attempt: 2 }])
    expect(effects).toContainEqual(expect.objectContaining({ do: 'claim', attempt: 2 }))
  })
})
