import { describe, expect, test } from 'vitest'
import type { Effect } from '../../../core/effect.ts'
import { printTaskId } from '../../../core/names.ts'
import { approvedText } from '../../../core/people/approval.ts'
import { plan } from '../../../core/plan.ts'
import { createPlanner } from '../../../core/planner.ts'
import { describeState } from '../../../core/state.ts'
import type { Actor, IssueFacts, TaskFacts, TimelineFact } from '../../../core/world.ts'
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
  makeRun,
  makeStandings,
  makeTask,
  makeWorld,
  sam,
  tim,
} from '../../make.ts'

/** `/chorus run` on a parent: at(50), by alice who may write. Issue 5 is the parent; 7 is below it since at(10). */

const SAID = at(50)
const tools = { now: at(60), digest: () => 'd'.repeat(64) }
const robot: Actor = { id: 77, login: 'robot[bot]', kind: 'app' }

const said = (body = '/chorus run', by: Actor = alice, when = SAID) =>
  makeComment({ id: 900, at: when, by, body })

function parent(over: Partial<IssueFacts> = {}, more: Partial<TaskFacts> = {}, number = 5): TaskFacts {
  const issue = makeIssue({
    number,
    container: true,
    subIssues: { total: 1, completed: 0 },
    labels: [],
    timeline: [said()],
    ...over,
  })
  return makeTask({ id: printTaskId(number), issue, ...more })
}

function child(over: Partial<IssueFacts> = {}, more: Partial<TaskFacts> = {}, number = 7): TaskFacts {
  const issue = makeIssue({
    number,
    parent: 5,
    nested: at(10),
    labels: [],
    timeline: [],
    author: sam,
    edits: [],
    ...over,
  })
  return makeTask({ id: printTaskId(number), issue, ...more })
}

const reopened = (minute: number): TimelineFact => ({ is: 'reopened', by: tim, at: at(minute) })

const CONFIG = makeConfig({
  agents: { codex: { cli: 'codex' }, claude: { cli: 'claude' } },
  default_agent: 'codex',
  limits: { parallel: 3 },
  allow: { apps: [77] },
})

function judge(tasks: readonly TaskFacts[], over: object = {}) {
  const world = { ...makeWorld({ tasks }), config: { ok: true, value: CONFIG } as const, ...over }
  const planned = plan(world, tools)
  const state = (number = 7) => planned.states.get(printTaskId(number))!
  const records = planned.effects.flatMap(effect => (effect.do === 'record' ? [...effect.records] : []))
  const told = planned.effects.flatMap(effect => (effect.do === 'say' ? [[effect.issue, effect.body]] : []))
  return { ...planned, world, state, records: new Map(records), told: new Map(told as [number, string][]) }
}

/** The same tasks, with what the pass wrote on the ledger. */
function remember({ world, records }: ReturnType<typeof judge>): { tasks: TaskFacts[] } {
  return { tasks: world.tasks.map(task => ({ ...task, record: records.get(task.id) ?? task.record })) }
}

const claims = (effects: readonly Effect[]) =>
  effects.flatMap(effect => (effect.do === 'claim' ? [effect.task] : []))

describe('what was below the parent when it was said is worked on', () => {
  test('in the very same pass, by who said it, in the words of then', () => {
    const { state, records, effects } = judge([parent(), child()])
    expect(state()).toMatchObject({ is: 'ready', agent: 'codex', payer: { by: { login: 'alice' }, epic: 5 } })
    expect(records.get(printTaskId(7))?.approval).toMatchObject({
      by: { id: alice.id, login: 'alice' },
      at: SAID,
      via: 'parent',
      kind: 'work',
      agent: null,
      text: approvedText(child().issue, []),
    })
    expect(records.get(printTaskId(5))).toMatchObject({
      below: { by: { login: 'alice' }, at: SAID, agent: null },
      approval: null,
      handled: [900],
    })
    // The parent itself is never worked on.
    expect(claims(effects)).toEqual([printTaskId(7)])
  })

  test('it holds when the comment is gone, and when the parent is closed or another one', () => {
    const first = judge([parent(), child()])
    const settled = remember(first)
    const of = (number: number) => settled.tasks.find(task => task.issue.number === number)!
    const without = { ...of(5), issue: { ...of(5).issue, timeline: [] } }
    expect(judge([without, of(7)]).state()).toMatchObject({ is: 'ready' })
    expect(judge([without, child()]).state()).toMatchObject({ is: 'ready' })
    const moved = { ...of(7), issue: { ...of(7).issue, parent: null, nested: null } }
    expect(judge([moved]).state()).toMatchObject({ is: 'ready' })
    expect(
      judge([parent({ state: 'closed', closedAt: at(55) }, { record: of(5).record }), of(7)]).state(),
    ).toMatchObject({
      is: 'ready',
    })
    // Nobody becomes a task of their own because what was below them is gone.
    const alone = {
      ...of(5),
      issue: { ...of(5).issue, container: false, subIssues: { total: 0, completed: 0 } },
    }
    expect(judge([alone]).state(5)).toMatchObject({ is: 'idle' })
  })

  test.each<[string, TaskFacts[], string]>([
    ['a named agent', [parent({ timeline: [said('/chorus run claude')] }), child()], 'claude'],
    [
      'the label of the parent',
      [parent({ labels: ['agent:claude'], timeline: [makeLabeled('agent:claude'), said()] }), child()],
      'claude',
    ],
    [
      'its own label',
      [
        parent({ timeline: [said('/chorus run claude')] }),
        child({ labels: ['agent:codex'], timeline: [makeLabeled('agent:codex')] }),
      ],
      'codex',
    ],
    [
      'but not a label that a stranger set with the issue',
      [
        parent({ timeline: [said('/chorus run claude')] }),
        child({ labels: ['agent:codex'], timeline: [makeLabeled('agent:codex', sam, at(0))] }),
      ],
      'claude',
    ],
    [
      'of two parents the later word',
      [
        parent({ timeline: [said('/chorus run claude', alice, at(40))] }, {}, 4),
        parent({ parent: 4, nested: at(5), timeline: [said('/chorus run codex')] }),
        child(),
      ],
      'codex',
    ],
    [
      'through parents between',
      [parent({}, {}, 4), parent({ parent: 4, nested: at(20), timeline: [] }), child()],
      'codex',
    ],
    ['opened again before', [parent(), child({ timeline: [reopened(49)], freed: at(20) })], 'codex'],
    ['edited meanwhile by who may push', [parent(), child({ edits: [{ at: at(51), by: bob }] })], 'codex'],
    ['who may only triage', [parent({ timeline: [said('/chorus run', tim)] }), child()], 'codex'],
  ])('by %s', (_, tasks, agent) => {
    expect(judge(tasks).state()).toMatchObject({ is: 'ready', agent })
  })
})

describe('what was not', () => {
  const approved = (issue: IssueFacts) => makeApproval({ issue })
  test.each<[string, TaskFacts[], { is: string; on?: string }]>([
    ['hung below it later', [parent(), child({ nested: at(51) })], { is: 'waiting', on: 'parent' }],
    ['hung in the same second', [parent(), child({ nested: SAID })], { is: 'waiting', on: 'parent' }],
    ['nobody knows since when', [parent(), child({ nested: null })], { is: 'waiting', on: 'parent' }],
    ['opened again later', [parent(), child({ timeline: [reopened(51)] })], { is: 'waiting', on: 'parent' }],
    [
      'below a parent that was opened again later',
      [parent({}, {}, 4), parent({ parent: 4, nested: at(5), timeline: [reopened(51)] }), child()],
      { is: 'waiting', on: 'parent' },
    ],
    ['a parent itself, then', [parent(), child({ freed: at(51) })], { is: 'waiting', on: 'parent' }],
    [
      'somebody edited it meanwhile who may only triage',
      [parent(), child({ edits: [{ at: at(51), by: tim }] })],
      { is: 'waiting', on: 'approval' },
    ],
    [
      'below one that was hung below it later',
      [parent({}, {}, 4), parent({ parent: 4, nested: at(52), timeline: [] }), child()],
      { is: 'waiting', on: 'parent' },
    ],
    [
      'a stranger edited it meanwhile',
      [parent(), child({ edits: [{ at: at(51), by: sam }] })],
      { is: 'waiting', on: 'approval' },
    ],
    [
      'edited by nobody knows whom',
      [parent(), child({ edits: [{ at: SAID, by: null }] })],
      { is: 'waiting', on: 'approval' },
    ],
    [
      'GitHub does not tell yet who edited it',
      [parent(), child({ edits: null })],
      { is: 'waiting', on: 'host' },
    ],
    ['it cannot be read', [parent(), child({ title: '', body: '' })], { is: 'malformed' }],
    ['closed', [parent(), child({ state: 'closed', closedAt: at(20) })], { is: 'dropped' }],
    [
      'below a closed one',
      [parent({}, {}, 4), parent({ parent: 4, nested: at(1), timeline: [], state: 'closed' }), child()],
      { is: 'idle' },
    ],
    ['a parent itself', [parent(), child({ container: true })], { is: 'idle' }],
    ['said by a stranger', [parent({ timeline: [said('/chorus run', sam)] }), child()], { is: 'idle' }],
    ['said by an app', [parent({ timeline: [said('/chorus run', robot)] }), child()], { is: 'idle' }],
    [
      'said in words that were edited',
      [parent({ timeline: [{ ...said(), edited: true }] }), child()],
      { is: 'idle' },
    ],
    [
      'an agent that there is not',
      [parent({ timeline: [said('/chorus run clade')] }), child()],
      { is: 'idle' },
    ],
    [
      'stopped by a word of its own',
      [parent(), child({}, { record: makeRecord({ approval: null, stopped: { by: tim, at: at(20) } }) })],
      { is: 'waiting', on: 'stopped' },
    ],
    [
      'paused by a word of its own',
      [parent(), child({}, { record: makeRecord({ approval: null, paused: true }) })],
      { is: 'waiting', on: 'paused' },
    ],
    [
      'the parent was stopped after that',
      [
        parent({ timeline: [said(), makeComment({ id: 901, at: at(52), by: tim, body: '/chorus stop' })] }),
        child(),
      ],
      { is: 'waiting', on: 'stopped' },
    ],
  ])('%s', (_, tasks, state) => {
    const judged = judge(tasks)
    expect(judged.state()).toMatchObject(state)
    expect(claims(judged.effects)).toEqual([])
  })

  test('who may not start work any more starts nothing, whoever else is above', () => {
    const below = { by: { id: alice.id, login: 'alice' }, at: SAID, agent: null }
    const record = makeRecord({ issue: 5, approval: null, below })
    const tasks = [parent({ timeline: [] }, { record }), child()]
    expect(judge(tasks).state()).toMatchObject({ is: 'ready' })
    const gone = judge(tasks, { standings: makeStandings({ [alice.id]: 'read' }) })
    expect(gone.state()).toMatchObject({ is: 'waiting', on: 'standing' })
  })

  test('what was approved goes on as it is; other words wait, and a word on the parent approves them', () => {
    const issue = child().issue
    const own = { labels: ['agent:claude'], timeline: [makeLabeled('agent:claude')] }
    const before = { record: makeRecord({ approval: { ...approved(issue), agent: 'claude' } }) }
    const kept = judge([parent(), child(own, before)])
    expect(kept.state()).toMatchObject({ is: 'ready', agent: 'claude' })
    expect(kept.records.get(printTaskId(7))?.approval?.at ?? at(1)).toBe(at(1))

    const other = child(
      { body: 'Other words.', edits: [{ at: at(20), by: sam }] },
      {
        record: makeRecord({ approval: { ...approved(issue), via: 'parent' } }),
      },
    )
    expect(judge([parent({ timeline: [] }), other]).state()).toMatchObject({
      is: 'waiting',
      on: 're-approval',
    })
    const again = judge([parent(), other])
    expect(again.state()).toMatchObject({ is: 'ready' })
    expect(again.records.get(printTaskId(7))?.approval).toMatchObject({ at: SAID, via: 'parent' })
  })

  test('an edit after that waits for somebody to read it', () => {
    const first = judge([parent(), child()])
    const settled = remember(first)
    const tasks = settled.tasks.map(task =>
      task.issue.number === 7
        ? { ...task, issue: { ...task.issue, body: 'rm -rf', edits: [{ at: at(55), by: sam }] } }
        : task,
    )
    const judged = judge(tasks)
    expect(judged.state()).toMatchObject({ is: 'waiting', on: 're-approval' })
    expect(claims(judged.effects)).toEqual([])
  })
})

describe('who is told', () => {
  const many = (timeline: readonly TimelineFact[]) => [
    parent({ subIssues: { total: 6, completed: 1 }, timeline: [...timeline] }),
    child(),
    child({ number: 8, title: 'Too late', nested: at(55) }, {}, 8),
    child({ number: 9, title: 'Rewritten', edits: [{ at: at(51), by: sam }] }, {}, 9),
    child({ number: 10, container: true, subIssues: { total: 2, completed: 0 } }, {}, 10),
    child(
      { number: 11, parent: 10 },
      { blockers: [{ issue: 7, repo: null, title: 'A', state: 'open', stateReason: null }] },
      11,
    ),
  ]

  test('one comment on the parent says what is worked on, what is not and why', () => {
    const { told, effects } = judge(many([said()]))
    const answer = told.get(5)?.split('<!-- chorus:answer -->')[1] ?? told.get(5)!
    expect(answer).toContain(
      '2 issues below are worked on, as they stood when you said it, at most 3 at a time in this repository (`limits.parallel`): #7, #11.',
    )
    expect(answer).toMatch(
      /- #8 Too late: ⏳ Waiting: it was no open task below #5 yet when `\/chorus run` was said there; `\/chorus run` on it, or there once more, has it done/,
    )
    expect(answer).toMatch(/- #9 Rewritten: ⏳ Waiting: its text changed after it was asked for/)
    expect(answer).toContain('3 more are closed, or of another repository: nothing is done about them here.')
    expect(answer).not.toContain('#10')
    expect(effects.filter(effect => effect.do === 'react')).toMatchObject([{ comment: 900, content: '+1' }])
    // Who came later is told about where somebody asked, not on an issue of its own.
    expect(told.has(8)).toBe(false)
  })

  test('of three hundred it names as many as people read, and all of them are approved in one commit', () => {
    const parts = [100, 200, 300].map(number =>
      parent(
        { number, parent: 5, nested: at(5), timeline: [], subIssues: { total: 100, completed: 0 } },
        {},
        number,
      ),
    )
    const leaves = parts.flatMap(({ issue: { number } }) =>
      Array.from({ length: 99 }, (_, i) =>
        child({ number: number + 1 + i, parent: number }, {}, number + 1 + i),
      ),
    )
    const all = judge([parent({ subIssues: { total: 3, completed: 0 } }), ...parts, ...leaves])
    const approved = [...all.records].filter(([, record]) => record.approval?.via === 'parent')
    expect(approved).toHaveLength(297)
    expect(all.effects.filter(effect => effect.do === 'record')).toHaveLength(1)
    expect(claims(all.effects)).toHaveLength(3)
    expect(all.told.get(5)).toMatch(/297 issues below are worked on.*: #101, .*#150 and 247 more\./)
    expect(all.told.get(5)).toContain('3 more are closed, or of another repository')
    expect(all.told.get(5)!.length).toBeLessThan(65_000)
  })

  test('as long as it is so the status of the parent says who was not asked for', () => {
    const first = judge(many([said()]))
    const before = first.told.get(5)!
    const run = makeRun({ status: 'in_progress', conclusion: null, receipt: null })
    const tasks = remember(first).tasks.map(task => {
      if (task.issue.number === 7) return { ...task, claims: [makeClaim()], runs: [run] }
      return task.issue.number === 5 ? { ...task, statusComment: { id: 3, body: before } } : task
    })
    const { effects } = plan({ ...first.world, tasks }, { ...tools, now: at(63) })
    const body = effects.flatMap(effect => (effect.do === 'say' && effect.issue === 5 ? effect.body : []))[0]
    expect(body).toContain('**Nobody has asked for these yet**\n- #8 Too late')
    expect(describeState(first.state(8))).toBe(
      'waiting: it was no open task below #5 yet when `/chorus run` was said there; `/chorus run` on it, or there once more, has it done',
    )
  })

  test.each([
    ['/chorus run clade', 'no agent is called "clade"; there are:'],
    ['/chorus run', 'on a parent that is for people'],
  ])('%s is refused in words', (body, words) => {
    const by = body === '/chorus run' ? robot : alice
    const { told, effects, records } = judge([parent({ timeline: [said(body, by)] }), child()])
    expect(told.get(5)).toContain(words)
    expect(effects.filter(effect => effect.do === 'react')).toMatchObject([{ content: '-1' }])
    expect(records.get(printTaskId(5))?.below).toBeNull()
  })

  test('on an issue without any below it it is what it always was', () => {
    const plain = child({ timeline: [said()], parent: null, nested: null })
    const { state, records } = judge([plain])
    expect(state()).toMatchObject({ is: 'ready' })
    expect(records.get(printTaskId(7))).toMatchObject({ below: null, approval: { via: 'comment' } })
  })
})

test('who rests is looked at again when somebody asks above, and once only', () => {
  const planner = createPlanner()
  const at7 = child({ nested: at(55) })
  const world = (timeline: TimelineFact[]) => ({
    ...makeWorld({ tasks: [parent({ timeline }), at7] }),
    config: { ok: true, value: CONFIG } as const,
  })
  const late = planner(world([said()]), tools)
  expect(late.states.get(at7.id)).toMatchObject({ is: 'waiting', on: 'parent' })
  const again = makeComment({ id: 901, at: at(58), by: alice, body: '/chorus run' })
  const { states, effects } = planner(world([said(), again]), tools)
  expect(states.get(at7.id)).toMatchObject({ is: 'ready' })
  expect(claims(effects)).toEqual([at7.id])
})
