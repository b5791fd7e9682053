import { describe, expect, test } from 'vitest'
import { plan } from '../../core/plan.ts'
import { createPlanner } from '../../core/planner.ts'
import type { TaskFacts } from '../../core/world.ts'
import {
  alice,
  at,
  makeClaim,
  makeComment,
  makeIssue,
  makeLabeled,
  makeProposedTask,
  makePull,
  makeRecord,
  makeRun,
  makeTask,
  makeWorld,
  sha,
} from '../make.ts'

const digest = () => 'd'.repeat(64)
const DAY = 24 * 60
const closed = makeIssue({ state: 'closed', closedAt: at(0) })
const task = makeProposedTask({ issue: closed, pull: null, branches: new Map() })
const two = { ...task, claims: [makeClaim(), makeClaim({ attempt: 2 })] }

function planFor(facts: TaskFacts, minutes: number) {
  const made = plan(makeWorld({ tasks: [facts] }), { now: at(minutes), digest })
  const refs = made.effects.flatMap(effect => (effect.do === 'drop-refs' ? effect.refs : []))
  const record = made.effects.find(effect => effect.do === 'record')?.records.get(facts.id)
  return { ...made, refs, record, state: made.states.get(facts.id)! }
}

describe('a week after its issue was closed', () => {
  test('a task’s refs go at once, as they stand, the highest claim last', () => {
    const { refs } = planFor(two, 7 * DAY)
    expect(refs.map(({ name }) => name)).toEqual(
      [
        'refs/chorus/reports/bd-cu8w/1',
        'refs/chorus/attempts/bd-cu8w/1',
        'refs/chorus/claims/bd-cu8w/1',
        'refs/chorus/claims/bd-cu8w/2',
      ].map(name => name.replace('bd-cu8w', task.id)),
    )
    expect(refs[1]?.sha).toBe(sha(0x201))
  })

  test('who took over a claim goes as soon as the issue is closed, the rest in time', () => {
    const takeover = { sha: sha(0x777), at: at(0), since: at(0) }
    const taken = { ...task, claims: [makeClaim({ takeover })] }
    const ref = { name: `refs/chorus/takeovers/${task.id}/1`, sha: takeover.sha }
    expect(planFor(taken, 1).refs).toEqual([ref])
    expect(planFor(taken, 7 * DAY).refs).toHaveLength(4)
    expect(planFor({ ...taken, issue: makeIssue() }, 7 * DAY).refs).toEqual([])
  })

  test('the highest number is remembered first, and no attempt ever gets it again', () => {
    const { effects, record } = planFor(two, 7 * DAY)
    expect(effects.map(effect => effect.do).indexOf('record')).toBe(0)
    expect(record?.voidThrough).toBe(2)
    const again = makeTask({ issue: makeIssue(), record: record! })
    expect(planFor(again, 8 * DAY).state).toMatchObject({ is: 'ready', attempt: 3 })
  })

  test('of what landed likewise; its display stays as it was', () => {
    const pull = makePull({ state: 'merged', mergedSha: sha(9) })
    expect(planFor({ ...task, pull }, 7 * DAY).refs).toHaveLength(3)
    const issue = { ...closed, labels: ['agent:codex', 'phase:merged'] }
    const record = makeRecord({ voidThrough: 1, logged: 'merged' })
    const statusComment = { id: 5, body: 'merged' }
    expect(planFor(makeTask({ issue, record, statusComment }), 9 * DAY).effects).toEqual([])
  })

  test('once they are gone, opening it again starts nothing by itself; whoever asks anew gets a new attempt', () => {
    const record = makeRecord({ voidThrough: 1, settled: 1, logged: 'merged' })
    const timeline = (...later: TaskFacts['issue']['timeline']) => [
      makeLabeled('agent:codex'),
      { is: 'closed' as const, by: alice, at: at(10) },
      { is: 'reopened' as const, by: alice, at: at(8 * DAY) },
      ...later,
    ]
    const again = makeTask({ issue: makeIssue({ timeline: timeline() }), record })
    expect(planFor(again, 9 * DAY).state).toMatchObject({ is: 'waiting', on: 're-approval' })
    const asked = makeComment({ id: 900, at: at(8 * DAY + 1), by: alice, body: '/chorus run' })
    const wanted = makeTask({ issue: makeIssue({ timeline: timeline(asked) }), record })
    expect(planFor(wanted, 9 * DAY).state).toMatchObject({ is: 'ready', attempt: 2 })
  })

  test.each<[string, TaskFacts, number]>([
    ['a minute before it', two, 7 * DAY - 1],
    ['opened again', { ...two, issue: makeIssue() }, 9 * DAY],
    ['with a record that is not to be believed', { ...two, record: null, distrust: 'foreign' }, 9 * DAY],
    ['when they are gone', { ...task, claims: [], attempts: new Map(), reports: new Map() }, 9 * DAY],
  ])('not %s', (_, facts, minutes) => expect(planFor(facts, minutes).refs).toEqual([]))

  test('what was at rest is judged again when the time has come, and looked at then', () => {
    const planner = createPlanner()
    const world = makeWorld({ tasks: [{ ...two, record: makeRecord({ logged: 'dropped', settled: 2 }) }] })
    planner(world, { now: at(60), digest })
    const calm = planner(world, { now: at(DAY), digest })
    expect(calm.effects).toEqual([])
    expect(calm.lookAgain).toBe(at(7 * DAY))
    expect(planner(world, { now: at(7 * DAY), digest }).effects.map(effect => effect.do)).toContain(
      'drop-refs',
    )
  })

  test('of very many attempts a part, and the highest claim stays', () => {
    const claims = Array.from({ length: 250 }, (_, i) => makeClaim({ attempt: i + 1 }))
    const { refs } = planFor({ ...task, claims }, 7 * DAY)
    expect(refs).toHaveLength(100)
    expect(refs.some(({ name }) => name.endsWith('/250'))).toBe(false)
  })
})

describe('a run that was asked to end', () => {
  const asked = (minutes: number) => {
    const runs = [makeRun({ status: 'in_progress', conclusion: null, receipt: null, cancelAsked: at(50) })]
    const record = makeRecord({ logged: 'dropped' })
    const facts = makeTask({ issue: makeIssue({ state: 'closed' }), record, claims: [makeClaim()], runs })
    const { effects, lookAgain } = planFor(facts, minutes)
    return { forced: effects.flatMap(effect => (effect.do === 'cancel' ? effect.force : [])), lookAgain }
  }

  test('is given five minutes', () => {
    expect(asked(54)).toEqual({ forced: [], lookAgain: at(55) })
  })

  test('is then ended by force', () => {
    expect(asked(55).forced).toEqual([true])
  })
})
