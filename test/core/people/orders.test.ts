import { describe, expect, test } from 'vitest'
import { chooseAgent } from '../../../core/agents/route.ts'
import type { Effect, EffectName } from '../../../core/effect.ts'
import { emptyControls } from '../../../core/ledger.ts'
import { printTaskId } from '../../../core/names.ts'
import { plan } from '../../../core/plan.ts'
import { createPlanner } from '../../../core/planner.ts'
import type { CommentFact, TaskFacts, World } from '../../../core/world.ts'
import {
  alice,
  at,
  chorus,
  makeClaim,
  makeComment,
  makeConfig,
  makeIssue,
  makeLabeled,
  makeProposedTask,
  makeRecord,
  makeRun,
  makeTask,
  makeWorld,
  sam,
  tim,
} from '../../make.ts'

const tools = { now: at(60), digest: () => 'd'.repeat(64) }
const EPIC = 5

/** Issue 7 at work below the epic 5; `said` on the epic. */
function working(): TaskFacts {
  const issue = makeIssue({ parent: EPIC })
  const run = makeRun({ status: 'in_progress', conclusion: null, receipt: null })
  return makeTask({ issue, record: makeRecord(), claims: [makeClaim()], runs: [run] })
}
function epic(said: CommentFact[], record: TaskFacts['record'] = null): TaskFacts {
  const issue = makeIssue({ number: EPIC, container: true, labels: [], timeline: said })
  return makeTask({ id: printTaskId(EPIC), issue, record })
}
const say = (body: string, by = alice, id = 900) => makeComment({ id, at: at(50), by, body })
const world = (tasks: TaskFacts[], controls: object = {}): World => {
  const made = makeWorld({ tasks })
  return { ...made, ledger: { ...made.ledger, controls: { ...emptyControls, ...controls } } }
}
const find = <K extends EffectName>(effects: readonly Effect[], name: K) =>
  effects.filter((effect): effect is Extract<Effect, { do: K }> => effect.do === name)

describe('an order for more than one task', () => {
  test('a stop on the epic ends what runs below it, in the same pass', () => {
    const task = working()
    const { effects, states } = plan(world([epic([say('/chorus stop')]), task]), tools)
    expect(states.get(task.id)).toMatchObject({
      is: 'waiting',
      on: 'stopped',
      why: expect.stringContaining('#5'),
    })
    expect(find(effects, 'cancel')).toMatchObject([{ task: task.id, run: 4001 }])
    // The attempt never counts again, and was not the agent's failure.
    const [{ records }] = find(effects, 'record') as [Extract<Effect, { do: 'record' }>]
    expect(records.get(task.id)).toMatchObject({ voidThrough: 1, countFrom: 1 })
  })

  test('a pause on the epic lets what runs go on, and starts nothing', () => {
    const task = working()
    const fresh = makeTask({
      id: printTaskId(8),
      issue: makeIssue({ number: 8, parent: EPIC }),
      record: makeRecord({ issue: 8 }),
    })
    const { effects, states } = plan(world([epic([say('/chorus pause')]), task, fresh]), tools)
    expect(states.get(task.id)?.is).toBe('running')
    expect(states.get(fresh.id)).toMatchObject({ is: 'waiting', on: 'paused' })
    expect([...find(effects, 'cancel'), ...find(effects, 'claim')]).toEqual([])
  })

  test('an epic that was stopped before holds what is below it, until it goes on', () => {
    const task = makeTask({ issue: makeIssue({ parent: EPIC }), record: makeRecord() })
    const stopped = makeRecord({ issue: EPIC, approval: null, stopped: { by: alice, at: at(2) } })
    expect(plan(world([epic([], stopped), task]), tools).states.get(task.id)).toMatchObject({ on: 'stopped' })
    const resumed = plan(world([epic([say('/chorus resume')], stopped), task]), tools)
    expect(resumed.states.get(task.id)?.is).toBe('ready')
  })

  test('where the epic’s record is not to be believed, nothing below it starts or lands, and what runs goes on', () => {
    const doubted = { ...epic([]), distrust: 'foreign' as const }
    const below = (number: number) => ({
      id: printTaskId(number),
      issue: makeIssue({ number, parent: EPIC }),
      record: makeRecord({ issue: number }),
    })
    const [fresh, shown] = [makeTask(below(8)), makeProposedTask(below(9))]
    const { effects, states } = plan(world([doubted, working(), fresh, shown]), tools)
    expect(states.get(printTaskId(7))?.is).toBe('running')
    for (const { id } of [fresh, shown]) {
      const why = expect.stringMatching(/is not as this app wrote it; .*parent #5/)
      expect(states.get(id)).toMatchObject({ is: 'waiting', on: 'ledger', why })
    }
    for (const name of ['cancel', 'claim', 'land'] as const) expect(find(effects, name)).toEqual([])
  })

  test.each([
    ['/chorus stop all', { stopped: { by: { id: alice.id, login: 'alice' }, at: at(50) }, paused: null }],
    ['/chorus pause all', { paused: { by: { id: alice.id, login: 'alice' }, at: at(50) }, stopped: null }],
    ['/chorus stop all\n/chorus resume all', { paused: null, stopped: null, resumed: at(50) }],
    ['/chorus unfreeze', { frozen: null, unfrozen: at(50) }],
    // In one comment, or within one second of GitHub's times, what is said last counts.
    [
      '/chorus resume all\n/chorus stop all',
      { resumed: at(50), stopped: { by: { id: alice.id, login: 'alice' }, at: at(50) } },
    ],
    [
      '/chorus resume all\n/chorus pause all',
      { resumed: at(50), paused: { by: { id: alice.id, login: 'alice' }, at: at(50) } },
    ],
    [
      '/chorus unfreeze\n/chorus freeze',
      { unfrozen: at(50), frozen: { by: { id: alice.id, login: 'alice' }, at: at(50) } },
    ],
  ])('%s is remembered for the repository, and told', (body, controls) => {
    const other = makeTask({
      id: printTaskId(9),
      issue: makeIssue({ number: 9, labels: [], timeline: [say(body)] }),
    })
    const { effects } = plan(world([working(), other]), tools)
    const [record] = find(effects, 'record')
    expect(record).toMatchObject({ controls: { ...emptyControls, ...controls } })
    expect(record!.events.filter(event => event.event.endsWith(':all')).length).toBe(body.split('\n').length)
    expect(find(effects, 'react')).toMatchObject([{ comment: 900, content: '+1' }])
  })

  test.each([
    ['resume all', { stopped: { by: alice, at: at(55) }, paused: { by: alice, at: at(54) } }],
    ['unfreeze', { frozen: { by: alice, at: at(55) } }],
    ['stop all', { stopped: { by: alice, at: at(55) } }],
    ['stop all', { stopped: null, resumed: at(55) }],
    ['pause all', { paused: null, resumed: at(55) }],
    ['freeze', { frozen: null, unfrozen: at(55) }],
    ['freeze', { frozen: null, unfrozen: at(50) }],
  ])('%s, heard late, changes nothing that was said after it', (word, controls) => {
    const other = makeTask({
      id: printTaskId(9),
      issue: makeIssue({ number: 9, labels: [], timeline: [say(`/chorus ${word}`)] }),
    })
    const [record] = find(plan(world([other], controls), tools).effects, 'record')
    expect(record?.controls).toMatchObject(controls)
  })

  test('who let landings go on before this app told of another tree than the judged one did not mean that', () => {
    const other = makeTask({
      id: printTaskId(9),
      issue: makeIssue({ number: 9, labels: [], timeline: [say('/chorus unfreeze')] }),
    })
    const made = world([other], { frozen: { by: alice, at: at(40) } })
    const [record] = find(
      plan({ ...made, foreign: { pull: 12, sha: 'c'.repeat(40), at: at(49) } }, tools).effects,
      'record',
    )
    expect(record?.controls).toMatchObject({ frozen: { by: { id: made.app.botId } }, unfrozen: at(50) })
  })

  test('while the repository is stopped nothing runs, starts or lands', () => {
    const shown = makeProposedTask({
      id: printTaskId(9),
      issue: makeIssue({ number: 9 }),
      record: makeRecord({ issue: 9 }),
    })
    const tasks = [
      working(),
      makeTask({ id: printTaskId(8), issue: makeIssue({ number: 8 }), record: makeRecord({ issue: 8 }) }),
      shown,
    ]
    const { effects, states } = plan(world(tasks, { stopped: { by: alice, at: at(40) } }), tools)
    expect([...states.values()].map(state => state.is === 'waiting' && state.on)).toEqual([
      'stopped',
      'stopped',
      'stopped',
    ])
    expect(find(effects, 'cancel')).toHaveLength(1)
    expect([...find(effects, 'claim'), ...find(effects, 'land')]).toEqual([])
    // What is shown already is not lost.
    const [record] = find(effects, 'record')
    expect(record?.records.get(shown.id)?.voidThrough ?? 0).toBe(0)
  })

  test('what was at rest hears of it too', () => {
    const planner = createPlanner()
    const task = working()
    expect(planner(world([epic([]), task]), tools).states.get(task.id)?.is).toBe('running')
    const { states } = planner(world([epic([say('/chorus stop')]), task]), tools)
    expect(states.get(task.id)).toMatchObject({ is: 'waiting', on: 'stopped' })
  })

  test.each([
    ['triage is not enough for the whole repository', tim, '-1'],
    ['a stranger is not even heard', sam, undefined],
  ])('%s', (_, by, reaction) => {
    const other = makeTask({
      id: printTaskId(9),
      issue: makeIssue({ number: 9, labels: [], timeline: [say('/chorus stop all', by)] }),
    })
    const { effects } = plan(world([working(), other]), tools)
    expect(find(effects, 'record').flatMap(one => one.controls ?? [])).toEqual([])
    expect(find(effects, 'cancel')).toEqual([])
    expect(find(effects, 'react')[0]?.content).toBe(reaction)
  })

  test('controls that are not believed are not written over', () => {
    const other = makeTask({
      id: printTaskId(9),
      issue: makeIssue({ number: 9, labels: [], timeline: [say('/chorus stop all')] }),
    })
    const made = world([other])
    const { effects } = plan(
      { ...made, ledger: { ...made.ledger, broken: { controls: 'foreign', records: new Map() } } },
      tools,
    )
    expect(find(effects, 'record').flatMap(one => one.controls ?? [])).toEqual([])
    expect(find(effects, 'react')).toMatchObject([{ content: '-1' }])
  })
})

describe('a priority by command', () => {
  const wish = makeRecord({ priority: { at: at(10), level: 0 } })
  const labels = (issue: object) => {
    const { effects } = plan(world([makeTask({ issue: makeIssue(issue), record: wish })]), tools)
    return find(effects, 'label').filter(({ add }) => !add.includes('phase:working'))
  }

  test('the label follows', () => {
    expect(labels({ labels: ['agent:codex', 'priority:3'] })).toMatchObject([
      { add: ['priority:0'], remove: ['priority:3'] },
    ])
    expect(labels({ labels: ['agent:codex', 'priority:P0'] })).toEqual([])
  })
  test('a label that a person sets later counts more', () => {
    const timeline = [makeLabeled('agent:codex'), makeLabeled('priority:3', alice, at(20))]
    expect(labels({ labels: ['agent:codex', 'priority:3'], timeline })).toEqual([])
  })
  test('our own does not', () => {
    const timeline = [makeLabeled('agent:codex'), makeLabeled('priority:3', chorus, at(20))]
    expect(labels({ labels: ['agent:codex', 'priority:3'], timeline })).toHaveLength(1)
  })
  test('no number: nothing is remembered, and the answer says what to say', () => {
    const issue = makeIssue({ timeline: [makeLabeled('agent:codex'), say('/chorus priority urgent')] })
    const { effects } = plan(world([makeTask({ issue })]), tools)
    expect(find(effects, 'react')).toMatchObject([{ content: '-1' }])
    expect(find(effects, 'say')[0]?.body).toContain('0 is the most urgent')
  })
})

describe('an assignment', () => {
  const config = makeConfig({
    agents: { codex: { cli: 'codex', fallback: ['claude'] }, claude: { cli: 'claude' } },
    default_agent: 'codex',
  })
  const assigned = (agent: string | null, minute: number) => ({ by: alice, at: at(minute), agent })
  const choose = (record: Parameters<typeof makeRecord>[0], claims: TaskFacts['claims'] = []) => {
    const task = makeTask({ claims })
    const route = { config, task, record: makeRecord(record), work: 'feature' as const }
    return chooseAgent({ ...route, totals: { agents: {} }, unwell: () => new Map() })?.agent
  }

  test.each<[string, Parameters<typeof makeRecord>[0], string]>([
    ['after the request: it counts', { assigned: assigned('claude', 30) }, 'claude'],
    ['before a request that names another: that one counts', { assigned: assigned('claude', 0) }, 'codex'],
    ['taken off: the rules', { assigned: assigned(null, 30) }, 'codex'],
  ])('%s', (_, record, agent) => expect(choose(record)).toBe(agent))

  test('moves a task away from the agent that had it', () => {
    expect(choose({}, [makeClaim()])).toBe('codex')
    expect(choose({ assigned: assigned('claude', 30) }, [makeClaim()])).toBe('claude')
  })

  test('to an agent that is not there is refused with the names', () => {
    const issue = makeIssue({ timeline: [makeLabeled('agent:codex'), say('/chorus assign codx')] })
    const { effects } = plan(world([makeTask({ issue })]), tools)
    expect(find(effects, 'say')[0]?.body).toContain('no agent is called "codx"')
  })
})
