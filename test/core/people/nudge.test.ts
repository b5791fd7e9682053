import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../../core/config/config.ts'
import type { Effect } from '../../../core/effect.ts'
import type { LedgerEvent } from '../../../core/ledger.ts'
import { plan } from '../../../core/plan.ts'
import { createPlanner } from '../../../core/planner.ts'
import type { TaskFacts } from '../../../core/world.ts'
import {
  at,
  makeCheck,
  makeConfig,
  makeGate,
  makeIssue,
  makeLabeled,
  makeProposedTask,
  makePull,
  makeRecord,
  makeTask,
  makeWorld,
} from '../../make.ts'

/** C3: a step that is a person's, and that nobody takes, is told once more to who asked for the work. */

const HOUR = 3_600_000
/** The gate has stood there since `at(20)`, and so have the words on the issue. */
const later = (hours: number) => at(20) + hours * HOUR
const tools = (now: number) => ({ now, digest: () => 'd'.repeat(64) })

const NEEDED = { labels: ['agent:codex', 'needs-review'], timeline: [makeLabeled('agent:codex')] }
const shown = (over: Partial<TaskFacts> = {}) =>
  makeProposedTask({
    issue: makeIssue(NEEDED),
    pull: makePull({ checks: [makeCheck()], gate: makeGate() }),
    ...over,
  })
/** Its text is no longer the one that was approved. */
const edited = (over: Partial<TaskFacts> = {}) =>
  makeTask({
    issue: makeIssue({ body: '### Goal\n\nSomething else.' }),
    record: makeRecord(),
    statusComment: { id: 5, body: '', at: at(20) },
    ...over,
  })

const calls = (effects: readonly Effect[]) => effects.filter(effect => effect.do === 'call')
function run(task: TaskFacts, hours: number, limits: object = {}) {
  const config = { ok: true as const, value: makeConfig({ limits }) }
  const planned = plan(makeWorld({ tasks: [task], config }), tools(later(hours)))
  const record = planned.effects.find(effect => effect.do === 'record')
  const events: readonly LedgerEvent[] = record?.events ?? []
  return { ...planned, said: calls(planned.effects), record: record?.records.get(task.id), events }
}

describe('what has waited for a person for two days', () => {
  test.each<[string, TaskFacts, number, RegExp]>([
    ['a pull request', shown(), 12, /review/],
    ['an issue', edited(), 7, /approve/],
  ])('%s: who asked is told, with what it waits for, and the ledger has it', (_, task, on, why) => {
    expect(run(task, 47).said).toEqual([])
    const { said, record, events } = run(task, 48)
    expect(said).toMatchObject([{ task: task.id, pull: on }])
    expect(said[0]?.body).toMatch(/^@alice: this has waited for a person since .* UTC, 48 hours or more\./)
    expect(said[0]?.body).toMatch(why)
    expect(record?.escalated).toEqual([{ pull: on, rule: 'nudge:person', at: later(48) }])
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'nudged', cause: expect.stringContaining('alice') }),
    )
  })

  test('once: until it is another step', () => {
    const told = (hours: number) =>
      makeRecord({ escalated: [{ pull: 7, rule: 'nudge:person', at: later(hours) }] })
    expect(run(edited({ record: told(48) }), 500).said).toEqual([])
    expect(run(edited({ record: told(-1) }), 48).said).toHaveLength(1)
  })

  test('after as many hours as the configuration says, and never where that is 0', () => {
    expect(run(shown(), 5, { nudge_hours: 4 }).said).toHaveLength(1)
    expect(run(shown(), 5000, { nudge_hours: 0 }).said).toEqual([])
    expect(parseConfig({ limits: { nudge_hours: -1 } }).ok).toBe(false)
  })

  test('at rest it is judged again when the time has come', () => {
    const planner = createPlanner()
    const world = makeWorld({ tasks: [edited({ record: run(edited(), 1).record ?? makeRecord() })] })
    const ask = (hours: number) => planner(world, tools(later(hours)))
    expect(calls(ask(1).effects)).toEqual([])
    expect(calls(ask(2).effects)).toEqual([])
    expect(calls(ask(48).effects)).toHaveLength(1)
  })

  test.each<[string, TaskFacts]>([
    ['it waits for CI, and not for people', makeProposedTask({ pull: makePull({ gate: makeGate() }) })],
    ['nobody was told yet', edited({ statusComment: null })],
    ['the issue is closed', edited({ issue: makeIssue({ body: 'else', state: 'closed' }) })],
    ['nobody with a say has asked for it', edited({ record: makeRecord({ approval: null }) })],
  ])('not where %s', (_, task) => expect(run(task, 1000).said).toEqual([]))
})
