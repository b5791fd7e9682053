import { expect, test } from 'vitest'
import type { Distrust } from '../../core/ledger.ts'
import { plan } from '../../core/plan.ts'
import { createPlanner } from '../../core/planner.ts'
import type { TaskFacts, World } from '../../core/world.ts'
import {
  at,
  makeClaim,
  makeComment,
  makeGate,
  makeIssue,
  makeProposedTask,
  makePull,
  makeRecord,
  makeRun,
  makeTask,
  makeWorld,
} from '../make.ts'

const tools = { now: at(60), digest: () => 'd'.repeat(64) }

/** What somebody who may push made of the ledger, and nothing of it is to be believed. */

function planFor(tasks: readonly TaskFacts[], world: Partial<World> = {}) {
  const made = plan(makeWorld({ tasks, ...world }), tools)
  return { ...made, of: (task: TaskFacts) => made.states.get(task.id)! }
}

function withControls(distrust: Distrust): Partial<World> {
  const { ledger } = makeWorld()
  return { ledger: { ...ledger, broken: { ...ledger.broken, controls: distrust } } }
}

test.each([
  ['missing', 'is gone'],
  ['unreadable', 'cannot be read'],
  ['foreign', 'is not as this app wrote it'],
  ['older', 'is an older version than this app wrote last'],
] as const)('a record that is %s holds its task, in words, and is not written over', (distrust, words) => {
  const task = makeTask({ distrust })
  const { effects, of } = planFor([task])

  expect(of(task)).toMatchObject({ is: 'waiting', on: 'ledger' })
  expect(effects.map(effect => effect.do)).toEqual(['say'])
  expect(effects[0]).toMatchObject({ body: expect.stringContaining(words) })
  expect(effects[0]).toMatchObject({ body: expect.stringContaining('Revert the commit') })
})

test('other tasks go on', () => {
  const held = makeTask({ distrust: 'foreign' })
  const other = makeTask({ issue: makeIssue({ number: 8 }), record: makeRecord({ issue: 8 }) })
  const { effects, of } = planFor([held, other])

  expect(of(other).is).toBe('ready')
  expect(effects.flatMap(effect => (effect.do === 'claim' ? effect.task : []))).toEqual([other.id])
})

test('what passes every gate does not land while its record is not believed, and its gate is not green', () => {
  const pull = makePull({ gate: makeGate({ status: 'completed', conclusion: 'success' }) })
  const { effects } = planFor([makeProposedTask({ record: null, distrust: 'foreign', pull })])

  expect(effects.map(effect => effect.do)).not.toContain('land')
  expect(effects.find(effect => effect.do === 'gate')).toMatchObject({ conclusion: null, check: null })
})

test('commands are left for when the record is put right', () => {
  const says = makeComment({ body: '/chorus approve', at: at(30) })
  const pull = makePull({ comments: [says], gate: makeGate() })
  const { effects } = planFor([makeProposedTask({ record: null, distrust: 'older', pull })])

  expect(effects.map(effect => effect.do)).not.toContain('react')
  expect(effects.map(effect => effect.do)).not.toContain('record')
})

test('a run that is under way goes on: what it brings counts once the record is put right', () => {
  const runs = [makeRun({ status: 'in_progress', conclusion: null, receipt: null })]
  const { effects } = planFor([makeTask({ distrust: 'unreadable', claims: [makeClaim()], runs })])

  expect(effects.map(effect => effect.do)).not.toContain('cancel')
})

test('where nobody can know of a pause nothing starts and nothing lands, and what runs goes on', () => {
  const ready = makeTask({ record: makeRecord() })
  const proposed = makeProposedTask({ issue: makeIssue({ number: 8 }) })
  const runs = [makeRun({ status: 'in_progress', conclusion: null, receipt: null })]
  const issue = makeIssue({ number: 9 })
  const running = makeTask({ issue, record: makeRecord({ issue: 9 }), claims: [makeClaim()], runs })
  const { effects, of } = planFor([ready, proposed, running], withControls('foreign'))

  expect([of(ready), of(proposed), of(running)]).toMatchObject([
    { is: 'waiting', on: 'ledger' },
    { is: 'waiting', on: 'ledger' },
    { is: 'running' },
  ])
  const does = effects.map(effect => effect.do)
  for (const never of ['claim', 'land', 'cancel']) expect(does).not.toContain(never)
})

test('controls that are not believed are not written over, whatever there is to add up', () => {
  const task = makeTask({
    issue: makeIssue({ state: 'closed' }),
    record: makeRecord(),
    claims: [makeClaim()],
  })
  const { effects } = planFor([task], withControls('missing'))
  const written = effects.flatMap(effect => (effect.do === 'record' ? [effect.controls] : []))

  expect(written).toEqual([null])
})

test('once the controls are put right, what was at rest is judged again', () => {
  const planner = createPlanner()
  const task = makeTask({ record: makeRecord(), statusComment: { id: 1, body: '' } })
  const { states, effects } = planner(makeWorld({ tasks: [task], ...withControls('foreign') }), tools)
  expect(states.get(task.id)).toMatchObject({ on: 'ledger' })
  const say = effects.find(effect => effect.do === 'say')
  const said = { ...task, statusComment: { id: 1, body: say?.body ?? '' } }
  planner(makeWorld({ tasks: [said], ...withControls('foreign') }), tools)

  expect(planner(makeWorld({ tasks: [said] }), tools).states.get(task.id)?.is).toBe('ready')
})
