import { describe, expect, test } from 'vitest'
import type { Effect, EffectName } from '../../../core/effect.ts'
import { printTaskId } from '../../../core/names.ts'
import type { Command } from '../../../core/people/command.ts'
import { plan } from '../../../core/plan.ts'
import { createPlanner } from '../../../core/planner.ts'
import type { TaskFacts } from '../../../core/world.ts'
import {
  alice,
  at,
  makeClaim,
  makeComment,
  makeConfig,
  makeIssue,
  makeLabeled,
  makePlanClaim,
  makeProposedTask,
  makeRecord,
  makeRun,
  makeTask,
  makeWorld,
  sha,
} from '../../make.ts'

/** What is said on a task, on the epic above it, and of the whole repository: each word has an answer everywhere. */

const tools = { now: at(60), digest: () => 'd'.repeat(64) }
const EPIC = 5
const find = <K extends EffectName>(effects: readonly Effect[], name: K) =>
  effects.filter((effect): effect is Extract<Effect, { do: K }> => effect.do === name)

const said = (body: string) => makeComment({ id: 900, at: at(50), by: alice, body })

/** Three attempts at it failed. */
function stuck(number: number, over: Partial<TaskFacts> = {}): TaskFacts {
  const claims = [1, 2, 3].map(attempt => makeClaim({ attempt }))
  return makeTask({
    id: printTaskId(number),
    issue: makeIssue({ number, parent: EPIC }),
    record: makeRecord({ issue: number }),
    claims,
    runs: claims.map(({ attempt }) => makeRun({ attempt, conclusion: 'failure', receipt: null })),
    ...over,
  })
}

function epic(body: string | null, over: Partial<TaskFacts> = {}): TaskFacts {
  const timeline = body === null ? [] : [said(body)]
  const issue = makeIssue({ number: EPIC, container: true, labels: [], timeline })
  return makeTask({ id: printTaskId(EPIC), issue, ...over })
}

/** Its plan has landed: what it says has become issue 7. */
function planned(body: string): TaskFacts {
  const shown = makeProposedTask({ claims: [makePlanClaim()] })
  return epic(body, {
    claims: [makePlanClaim()],
    record: makeRecord({ issue: EPIC }),
    pull: { ...shown.pull!, state: 'merged', mergedSha: sha(9) },
  })
}

/** What is said on issue 7, which an agent was asked for; on its epic; on an issue that has nothing to do with it. */
const PLACES = {
  task: (body: string) => [
    epic(null),
    makeTask({
      issue: makeIssue({ parent: EPIC, timeline: [makeLabeled('agent:codex'), said(body)] }),
      record: makeRecord(),
    }),
  ],
  epic: (body: string) => [
    epic(body),
    makeTask({ issue: makeIssue({ parent: EPIC }), record: makeRecord() }),
  ],
  repository: (body: string) => [
    epic(null),
    makeTask({
      id: printTaskId(9),
      issue: makeIssue({ number: 9, labels: [], timeline: [said(body)] }),
    }),
  ],
}

type Place = keyof typeof PLACES
type Word = Extract<
  Command['say'],
  | 'run'
  | 'stop'
  | 'pause'
  | 'resume'
  | 'retry'
  | 'assign'
  | 'unassign'
  | 'priority'
  | 'split'
  | 'hotfix'
  | 'rollback'
>

/** How each is written, and where it is done; elsewhere the answer has these words. */
const WORDS: Record<Word, { args?: string; list?: string } & Record<Place, true | string>> = {
  run: { task: true, epic: true, repository: 'begins by itself as soon as it is ready' },
  stop: { task: true, epic: true, repository: true },
  pause: { task: true, epic: true, repository: true },
  resume: { task: true, epic: true, repository: true },
  retry: { task: true, epic: true, repository: true },
  assign: { args: 'claude', task: true, epic: true, repository: '`default_agent` and `routing`' },
  unassign: { task: true, epic: true, repository: '`default_agent` and `routing`' },
  priority: { args: '1', task: true, epic: true, repository: 'one for all changes nothing' },
  split: { list: '\n- one half', task: true, epic: true, repository: 'on the issue that is too large' },
  hotfix: {
    args: '#9',
    task: 'has not landed',
    epic: 'on the task whose landing was bad',
    repository: 'on the task whose landing was bad',
  },
  rollback: {
    task: 'has not landed',
    epic: 'on the task whose landing was bad',
    repository: 'on the task whose landing was bad',
  },
}

const CASES = Object.entries(WORDS).flatMap(([word, { args = '', list = '', ...places }]) =>
  (Object.entries(places) as [Place, true | string][]).map(([place, answer]) => {
    const all = place === 'repository' ? ' all' : ''
    const body = `/chorus ${word}${args === '' || (word === 'assign' && all !== '') ? '' : ` ${args}`}${all}${list}`
    return {
      place,
      body,
      answer,
      event: all === '' ? (place === 'epic' ? `${word}:epic` : word) : `${word}:all`,
    }
  }),
)

describe('a word on a task, an epic, the whole repository', () => {
  test.each(CASES)('$place: $body', ({ place, body, answer, event }) => {
    const { effects } = plan(makeWorld({ tasks: PLACES[place](body) }), tools)
    const done = answer === true
    expect(find(effects, 'react')).toMatchObject([{ comment: 900, content: done ? '+1' : '-1' }])
    const events = find(effects, 'record').flatMap(({ events }) => events)
    // Whatever is done stands in the log: who, why, and the comment that says so.
    const logged = { event, actor: 'alice', cause: expect.stringContaining(body.split('\n')[0]!) }
    const told = events.filter(({ evidence }) => evidence.comment === 900)
    expect(told).toMatchObject(done ? [{ ...logged, at: at(60) }] : [])
    if (!done) expect(find(effects, 'say').map(({ body }) => body)).toEqual([expect.stringContaining(answer)])
  })

  test.each(['stop', 'pause', 'resume', 'retry', 'assign claude', 'unassign', 'priority 1', 'split\n- more'])(
    'an epic whose plan has landed: /chorus %s',
    word => {
      const { effects } = plan(makeWorld({ tasks: [planned(`/chorus ${word}`)] }), tools)
      expect(find(effects, 'react')).toMatchObject([{ content: '+1' }])
    },
  )

  test.each(['revise use a map', 'hold', 'merge', 'eject'])(
    'a parent is never worked on: /chorus %s',
    word => {
      const { effects } = plan(makeWorld({ tasks: [epic(`/chorus ${word}`)] }), tools)
      expect(find(effects, 'react')).toMatchObject([{ content: '-1' }])
      expect(find(effects, 'say')[0]?.body).toContain('say it on the sub-issue that you mean')
    },
  )
})

test('/chorus plan on a parent', () => {
  const { effects } = plan(makeWorld({ tasks: [epic('/chorus plan')] }), tools)
  expect(find(effects, 'react')).toMatchObject([{ content: '-1' }])
  expect(find(effects, 'say')[0]?.body).toContain('it has sub-issues already')
})

test('what a label asks for stands in the log, once', () => {
  const eventsOf = (task: TaskFacts) =>
    find(plan(makeWorld({ tasks: [task] }), tools).effects, 'record').flatMap(({ events }) => events)
  const fresh = makeTask()
  const approved = { issue: 7, approved: 'd'.repeat(64) }
  expect(eventsOf(fresh)).toContainEqual({
    at: at(60),
    task: fresh.id,
    event: 'approved:label',
    actor: 'alice',
    cause: 'alice asked for it by codex, by a label',
    evidence: approved,
  })
  expect(eventsOf(makeTask({ record: makeRecord() })).map(({ event }) => event)).not.toContain(
    'approved:label',
  )
})

describe('retry of many', () => {
  const other = stuck(8, { issue: makeIssue({ number: 8, parent: null }) })
  const going = makeTask({
    id: printTaskId(6),
    issue: makeIssue({ number: 6, parent: EPIC }),
    record: makeRecord({ issue: 6 }),
    claims: [makeClaim()],
    runs: [makeRun({ status: 'in_progress', conclusion: null, receipt: null })],
  })

  test.each([
    ['/chorus retry', 'stuck'],
    ['/chorus retry all', 'ready'],
  ])(
    '%s on an epic: what is stuck below it begins afresh, what is at work goes on, others: %s',
    (body, is) => {
      const tasks = [epic(body), stuck(7), other, going]
      const planner = createPlanner()
      const before = planner(makeWorld({ tasks: [epic(null), stuck(7), other, going] }), tools)
      expect(before.states.get(printTaskId(7))?.is).toBe('stuck')
      const { states, effects } = planner(makeWorld({ tasks }), tools)
      expect(states.get(printTaskId(7))).toMatchObject({ is: 'ready', attempt: 4 })
      expect(states.get(other.id)?.is).toBe(is)
      expect(states.get(going.id)?.is).toBe('running')
      // With the word itself, in one commit: nobody can hear it twice.
      const [record, ...more] = find(effects, 'record')
      expect(more).toEqual([])
      expect(record!.records.get(printTaskId(7))).toMatchObject({ voidThrough: 3, countFrom: 3 })
      expect(record!.records.get(printTaskId(EPIC))?.handled).toEqual([900])
      expect(record!.records.has(going.id)).toBe(false)
    },
  )
})

describe('an assignment of all below an epic', () => {
  const config = makeConfig({
    agents: { codex: { cli: 'codex' }, claude: { cli: 'claude' } },
    default_agent: 'codex',
  })
  const by = { id: alice.id, login: 'alice' }
  const assigned = (agent: string | null, minute: number) => ({ by, at: at(minute), agent })
  const chosen = (
    above: ReturnType<typeof assigned> | null,
    own: ReturnType<typeof assigned> | null = null,
  ) => {
    const record = makeRecord({ issue: EPIC, approval: null, assigned: above })
    const task = makeTask({ issue: makeIssue({ parent: EPIC }), record: makeRecord({ assigned: own }) })
    const made = makeWorld({ tasks: [epic(null, { record }), task] })
    const state = plan({ ...made, config: { ok: true, value: config } }, tools).states.get(task.id)
    return state?.is === 'ready' ? state.agent : state
  }

  test.each([
    ['nobody said anything: the label', null, null, 'codex'],
    ['on the epic, after the label', assigned('claude', 20), null, 'claude'],
    ['on the epic, before the label', assigned('claude', 0), null, 'codex'],
    ['taken off the epic: the label again', assigned(null, 20), null, 'codex'],
    ['on the task itself, that counts', assigned('claude', 20), assigned('codex', 10), 'codex'],
    ['taken off the task itself: the rules', assigned('claude', 20), assigned(null, 10), 'codex'],
  ])('%s', (_, above, own, agent) => expect(chosen(above, own)).toBe(agent))
})
