import { describe, expect, test } from 'vitest'
import type { Effect, EffectName } from '../../../core/effect.ts'
import { printTaskId } from '../../../core/names.ts'
import { plan } from '../../../core/plan.ts'
import type { BlockerFacts, CommentFact, TaskFacts } from '../../../core/world.ts'
import {
  alice,
  at,
  makeComment,
  makeIssue,
  makeLabeled,
  makeProposedTask,
  makePull,
  makeRecord,
  makeTask,
  makeWorld,
} from '../../make.ts'

const tools = { now: at(60), digest: () => 'd'.repeat(64) }
const blocker = (issue: number, state: 'open' | 'closed'): BlockerFacts => ({
  issue,
  repo: null,
  title: 'x',
  state,
  stateReason: state === 'open' ? null : 'completed',
})

/** 7 has landed and was bad; `said` there. */
function bad(said: string, record: Partial<NonNullable<TaskFacts['record']>> = {}): TaskFacts {
  const timeline: CommentFact[] =
    said === '' ? [] : [makeComment({ id: 900, at: at(50), by: alice, body: said })]
  const issue = makeIssue({
    state: 'closed',
    stateReason: 'completed',
    timeline: [makeLabeled('agent:codex'), ...timeline],
  })
  return makeProposedTask({
    issue,
    pull: makePull({ state: 'merged' }),
    record: makeRecord({ settled: 1, ...record }),
  })
}
function open(number: number, ...blockers: BlockerFacts[]): TaskFacts {
  const issue = makeIssue({ number, id: 7_000 + number })
  return makeTask({ id: printTaskId(number), issue, blockers })
}
const find = <K extends EffectName>(effects: readonly Effect[], name: K) =>
  effects.filter((effect): effect is Extract<Effect, { do: K }> => effect.do === name)
const run = (tasks: TaskFacts[]) => plan(makeWorld({ tasks }), tools).effects
const remembered = { hotfix: { by: { id: alice.id, login: 'alice' }, at: at(50), issue: 12 } }

describe('a landed task that was bad', () => {
  test('with two that build on it: the hotfix is remembered', () => {
    const effects = run([
      bad('/chorus hotfix #12'),
      open(8, blocker(7, 'closed')),
      open(9, blocker(8, 'open')),
      open(12),
    ])
    expect(find(effects, 'record')[0]?.records.get(printTaskId(7))).toMatchObject(remembered)
    const told = find(effects, 'record').flatMap(({ events }) => events)
    expect(told).toContainEqual(
      expect.objectContaining({
        event: 'hotfix',
        actor: 'alice',
        evidence: { issue: 7, comment: 900, mended_by: 12, waiting: '#8' },
      }),
    )
    expect(find(effects, 'react')).toMatchObject([{ comment: 900, content: '+1' }])
  })

  test('those that build on it directly wait for the hotfix, and it is most urgent', () => {
    const tasks = [bad('', remembered), open(8, blocker(7, 'closed')), open(9, blocker(8, 'open')), open(12)]
    const effects = run(tasks)
    expect(find(effects, 'step')).toEqual([
      {
        do: 'step',
        task: printTaskId(8),
        epic: 7,
        step: { do: 'block', issue: { number: 8, id: 7_008 }, blocker: { number: 12, id: 7_012 } },
      },
    ])
    expect(
      find(effects, 'label').filter(one => one.issue === 12 && one.add.includes('priority:0')),
    ).toHaveLength(1)
  })

  test('once the link is there, or the hotfix has landed, nothing is written', () => {
    const linked = [bad('', remembered), open(8, blocker(7, 'closed'), blocker(12, 'open')), open(12)]
    expect(find(run(linked), 'step')).toEqual([])
    const over = { ...open(12), issue: makeIssue({ number: 12, state: 'closed', stateReason: 'completed' }) }
    expect(find(run([bad('', remembered), open(8, blocker(7, 'closed')), over]), 'step')).toEqual([])
  })

  const many = [open(8, blocker(7, 'closed')), open(9, blocker(7, 'closed')), open(10, blocker(9, 'open'))]
  test.each<[string, TaskFacts[], RegExp]>([
    [
      'three build on it: a person takes it back',
      [bad('/chorus hotfix #12'), ...many, open(12)],
      /3 tasks .*#8, #9, #10.*\/chorus rollback/,
    ],
    [
      'no issue is named',
      [bad('/chorus hotfix'), open(8, blocker(7, 'closed'))],
      /say which issue mends it.*#8 will wait/,
    ],
    ['an issue that is no task', [bad('/chorus hotfix #99'), open(8)], /#99 is no open task/],
    [
      'an issue that waits for this one',
      [bad('/chorus hotfix #8'), open(8, blocker(7, 'closed'))],
      /#8 is no open task/,
    ],
    [
      'an issue that waits for one that waits for this one: a circle',
      [bad('/chorus hotfix #9'), open(8, blocker(7, 'closed')), open(9, blocker(8, 'open'))],
      /#9 is no open task/,
    ],
  ])('%s', (_, tasks, words) => {
    const effects = run(tasks)
    expect(find(effects, 'react')).toMatchObject([{ comment: 900, content: '-1' }])
    expect(find(effects, 'say').find(one => one.issue === 7)?.body).toMatch(words)
    expect(find(effects, 'step')).toEqual([])
  })

  test('one that has not landed needs none', () => {
    const issue = makeIssue({
      timeline: [
        makeLabeled('agent:codex'),
        makeComment({ id: 900, at: at(50), by: alice, body: '/chorus hotfix #12' }),
      ],
    })
    const effects = run([makeTask({ issue }), open(12)])
    expect(find(effects, 'react')).toMatchObject([{ content: '-1' }])
  })
})
