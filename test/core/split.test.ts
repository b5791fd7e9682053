import { describe, expect, test } from 'vitest'
import type { Effect, EffectName } from '../../core/effect.ts'
import { emptyControls, type TaskRecord } from '../../core/ledger.ts'
import { parseImportMarker, printImportMarker, printTaskId } from '../../core/names.ts'
import { parseCommands } from '../../core/people/command.ts'
import { type Plan, plan } from '../../core/plan.ts'
import type { IssueFacts, TaskFacts, World } from '../../core/world.ts'
import {
  alice,
  at,
  bob,
  chorus,
  makeClaim,
  makeComment,
  makeIssue,
  makeLabeled,
  makePull,
  makeRecord,
  makeRun,
  makeTask,
  makeWorld,
} from '../make.ts'

test.each<[string, string, string[]]>([
  ['a list below it', '/chorus split\n- one\n- two', ['one', 'two']],
  [
    'with a blank line between, stars, numbers, boxes',
    '/chorus split\n\n* one\n2. two\n- [ ] three',
    ['one', 'two', 'three'],
  ],
  ['what follows the list is no part', '/chorus split\n- one\n\nThat is all.\n- not this', ['one']],
  ['words before the list: there is no list', '/chorus split\nfirst this:\n- one', []],
  ['nothing', '/chorus split', []],
  [
    'hidden lines and code are not spoken',
    '/chorus split\n- one\n<!--\n- two\n-->\n```\n- three\n```',
    ['one'],
  ],
])('%s', (_, body, parts) => expect(parseCommands(body)).toEqual([{ say: 'split', parts }]))

const tools = { now: at(90), digest: () => 'd'.repeat(64) }
const by = { id: alice.id, login: 'alice' }
const split = {
  by,
  at: at(50),
  parts: [
    { key: '900.1', title: 'The list' },
    { key: '900.2', title: 'The button' },
  ],
}
const find = <K extends EffectName>({ effects }: Plan, name: K) =>
  effects.filter((effect): effect is Extract<Effect, { do: K }> => effect.do === name)
const run = (tasks: TaskFacts[], more: Partial<World> = {}) => plan(makeWorld({ tasks, ...more }), tools)
const recordOf = (came: Plan) => find(came, 'record')[0]?.records.get(printTaskId(7))
const steps = (came: Plan) => find(came, 'step').map(({ step }) => step)

function large(record: Partial<TaskRecord> = {}, said = '', issue: Partial<IssueFacts> = {}): TaskFacts {
  const comment = said === '' ? [] : [makeComment({ id: 900, at: at(50), body: said })]
  return makeTask({
    issue: makeIssue({ timeline: [makeLabeled('agent:codex'), ...comment], ...issue }),
    record: makeRecord(record),
  })
}
function part(number: number, key: string, overrides: Partial<IssueFacts> = {}): TaskFacts {
  const body = `${printImportMarker({ source: 'plan:split-7', key })}\n\nwords`
  return makeTask({
    issue: makeIssue({ number, author: chorus, body, labels: [], timeline: [], ...overrides }),
  })
}

describe('a task that is too large', () => {
  test('its parts are remembered, and what was under way of it is given up', () => {
    const running = { status: 'in_progress', conclusion: null, receipt: null } as const
    const task = {
      ...large({}, '/chorus split\n- The list\n- The button'),
      claims: [makeClaim()],
      runs: [makeRun(running)],
    }
    const came = run([task])
    expect(recordOf(came)).toMatchObject({ split, voidThrough: 1 })
    expect(find(came, 'react')).toMatchObject([{ comment: 900, content: '+1' }])
    expect(find(came, 'cancel')).toHaveLength(1)
    expect(find(came, 'claim')).toEqual([])
  })

  test('each becomes an issue, which nobody begins by that', () => {
    const came = run([large({ split })])
    const made = steps(came).flatMap(step => (step.do === 'create' ? step.issue : []))
    expect(made.map(({ title }) => title)).toEqual(['The list', 'The button'])
    expect(made.map(({ body }) => parseImportMarker(body))).toEqual(
      ['900.1', '900.2'].map(key => ({ source: 'plan:split-7', key })),
    )
    expect(made.flatMap(({ labels }) => labels)).toEqual([])
    expect(made[0]?.body).toContain('A part of #7')
    expect(find(came, 'claim')).toEqual([])
  })

  test('what is there already is only hung below; a second issue of a part goes', () => {
    const came = run([
      large({ split }),
      part(20, '900.1'),
      part(21, '900.1'),
      part(22, '900.2', { parent: 7 }),
    ])
    expect(steps(came)).toEqual([
      { do: 'discard', issue: 21, original: 20 },
      { do: 'nest', parent: { number: 7, id: 70_007 }, child: { number: 20, id: 70_020 } },
    ])
  })

  test('somebody else’s issue that bears the mark is no part', () => {
    const came = run([large({ split }), part(20, '900.1', { author: bob, labels: ['agent:codex'] })])
    expect(steps(came).filter(step => step.do === 'create')).toHaveLength(2)
  })

  test('once all are there it is over: what people do with them is theirs', () => {
    const there = [part(20, '900.1', { parent: 7 }), part(21, '900.2', { state: 'closed' })]
    const came = run([large({ split }, '', { container: true }), ...there])
    expect(recordOf(came)).toMatchObject({ split: null })
    const told = find(came, 'record').flatMap(({ events }) => events)
    expect(told).toContainEqual(
      expect.objectContaining({
        event: 'split:made',
        actor: split.by.login,
        evidence: { issue: 7, parts: '#20 #21' },
      }),
    )
    expect(steps(came)).toEqual([])
    expect(steps(run([large({}, '', { container: true }), part(20, '900.1')]))).toEqual([])
  })

  test('a part that somebody hung below another issue meanwhile does not keep it from being over', () => {
    const there = [part(20, '900.1', { parent: 7 }), part(21, '900.2', { parent: 5 })]
    const came = run([large({ split }, '', { container: true }), ...there])
    expect(recordOf(came)).toMatchObject({ split: null })
    expect(steps(came)).toEqual([])
  })

  const stopped = { ...makeWorld().ledger, controls: { ...emptyControls, stopped: { by, at: at(60) } } }
  test.each<[string, TaskFacts, Partial<World>]>([
    ['the repository is stopped', large({ split }), { ledger: stopped }],
    ['the task is paused', large({ split, paused: true }), {}],
    ['the task is stopped', large({ split, stopped: { by, at: at(60) } }), {}],
    ['its issue is closed', large({ split }, '', { state: 'closed' }), {}],
  ])('nothing is made while %s', (_, task, more) => {
    const { records } = makeWorld({ tasks: [task] }).ledger
    const ledger = { ...(more.ledger ?? makeWorld().ledger), records }
    expect(steps(run([task], { ledger }))).toEqual([])
  })

  test.each<[string, TaskFacts, RegExp]>([
    ['it names no parts', large({}, '/chorus split'), /names no parts.*list/],
    ['a part is a novel', large({}, `/chorus split\n- fine\n- ${'x'.repeat(201)}`), /part 2 is longer/],
    ['too many at once', large({}, `/chorus split\n${'- x\n'.repeat(21)}`), /21 parts are more than the 20/],
    ['more than are left', large({ split }, `/chorus split\n${'- x\n'.repeat(19)}`), /21 parts/],
    [
      'it has landed',
      { ...large({}, '/chorus split\n- x'), pull: makePull({ state: 'merged' }) },
      /is merged/,
    ],
  ])('refused: %s', (_, task, why) => {
    const came = run([task])
    expect(find(came, 'react')).toMatchObject([{ content: '-1' }])
    expect(find(came, 'say').find(one => one.issue === 7)?.body).toMatch(why)
    expect(recordOf(came)?.split).toEqual(task.record!.split)
  })

  test('said again, with others: they come to those', () => {
    const came = run([large({ split }, '/chorus split\n- More')])
    expect(recordOf(came)?.split?.parts.map(({ key }) => key)).toEqual(['900.1', '900.2', '900.3'])
  })
})
