import { describe, expect, test } from 'vitest'
import type { IntegrationFacts } from '../../core/landing/integration.ts'
import { plan } from '../../core/plan.ts'
import { createPlanner } from '../../core/planner.ts'
import type { TaskFacts, World } from '../../core/world.ts'
import {
  at,
  bob,
  makeIssue,
  makeLabeled,
  makeProposedTask,
  makePull,
  makeRecord,
  makeRules,
  makeTask,
  makeWorld,
  sha,
} from '../make.ts'

const merged = makePull({ state: 'merged', mergedSha: sha(9) })

function closings(timeline: Parameters<typeof makeIssue>[0]): string[] {
  const task = makeProposedTask({ pull: merged, issue: makeIssue(timeline) })
  const { effects } = plan(makeWorld({ tasks: [task] }), { now: at(90), digest: () => 'f'.repeat(64) })
  return effects.map(effect => effect.do).filter(name => name === 'close')
}

const labelled = makeLabeled('agent:codex')
const closed = { is: 'closed', by: bob, at: at(70) } as const
const reopened = { is: 'reopened', by: bob, at: at(80) } as const

test('an issue that its landing did not close is closed', () => {
  expect(closings({ timeline: [labelled] })).toEqual(['close'])
})

test('an issue that a person opened again after the landing stays open', () => {
  expect(closings({ timeline: [labelled, closed, reopened] })).toEqual([])
})

test('opened again before the attempt was made, it is closed by its landing', () => {
  const early = [
    { ...closed, at: at(5) },
    { ...reopened, at: at(6) },
  ]
  expect(closings({ timeline: [labelled, ...early] })).toEqual(['close'])
})

test('landed on the way to the default branch, it is closed when that has it, and not when it was taken back on the way', () => {
  const pull = makePull({ state: 'merged', mergedSha: sha(9), base: { branch: 'dev', sha: sha(1) } })
  const issue = makeIssue({ timeline: [labelled], labels: ['agent:codex', 'phase:merged'] })
  const over = { settled: 1, logged: 'merged' } as const
  const task = (more = {}) =>
    makeProposedTask({ pull, issue, record: makeRecord({ ...over, ...more }), branches: new Map() })
  const on = (arrived: string[]): Partial<World> => ({ integration: { ...ON_THE_WAY, arrived } })
  const planner = createPlanner()
  const facts = task()
  const closes = (over: Partial<World>, one = facts) =>
    planner(makeWorld({ tasks: [one], ...over }), { now: at(90), digest: () => 'f'.repeat(64) }).effects.some(
      effect => effect.do === 'close',
    )
  expect(closes(on([]))).toBe(false)
  expect(closes(on([]))).toBe(false)
  // Nothing else of it has changed.
  expect(closes(on([sha(9)]))).toBe(true)
  const undone = { by: { id: bob.id, login: bob.login }, at: at(60), pull: pull.number, because: 7 }
  expect(closes(on([sha(9)]), task({ undone }))).toBe(false)
})

describe('whose commit is on no branch any more, as somebody moved the branch away from it', () => {
  const pull = makePull({ state: 'merged', mergedSha: sha(9), base: { branch: 'dev', sha: sha(1) } })
  const issue = makeIssue({ timeline: [labelled], labels: ['agent:codex', 'phase:merged'] })
  const over = { settled: 1, logged: 'merged' } as const
  const MINUTE = 60_000

  /** One process that looks when it wants to, and a ledger that keeps what it writes. */
  function open(more: Partial<TaskFacts> = {}) {
    const planner = createPlanner()
    let task = makeProposedTask({ pull, issue, record: makeRecord(over), branches: new Map(), ...more })
    return (now: number, gone: readonly string[]) => {
      const world = makeWorld({ tasks: [task], integration: { ...ON_THE_WAY, gone } })
      const { effects, lookAgain } = planner(world, { now, digest: () => 'f'.repeat(64) })
      const record = effects.find(effect => effect.do === 'record')?.records.get(task.id)
      if (record !== undefined) task = { ...task, record }
      const calls = effects.filter(effect => effect.do === 'call')
      return { calls, does: effects.length, lookAgain, noted: task.record?.escalated.length }
    }
  }

  test('that is said on its pull request, once it is sure, and once', () => {
    const look = open()
    expect(look(at(90), [])).toMatchObject({ does: 0, lookAgain: null })
    // Noted. Lists may lag: it is looked again.
    expect(look(at(91), [sha(9)])).toMatchObject({ calls: [], does: 1 })
    expect(look(at(92), [sha(9)])).toMatchObject({ does: 0, lookAgain: at(111) })
    const { calls } = look(at(111), [sha(9)])
    expect(calls).toMatchObject([{ pull: 12 }])
    expect(calls[0]?.body).toContain(`${sha(9)} is neither on \`dev\` nor on \`main\` any more`)
    expect(calls[0]?.body).toContain('close #7, and open a new issue')
    for (const after of [1, 20, 2000])
      expect(look(at(111) + after * MINUTE, [sha(9)])).toMatchObject({ does: 0, lookAgain: null })
  })

  test('two moments do not make it sure, however far apart: what was noted is taken back, or too old', () => {
    const look = open()
    expect(look(at(91), [sha(9)]).does).toBe(1)
    // Seen there again: that is noted as well, once.
    expect([look(at(92), []).does, look(at(93), []).does]).toEqual([1, 0])
    expect(look(at(500), [sha(9)])).toMatchObject({ calls: [], does: 1, lookAgain: null })
    // One of each is kept, however often that was.
    expect(look(at(501), [])).toMatchObject({ calls: [], noted: 2 })
    const away = open()
    away(at(91), [sha(9)])
    // Nobody looked for days.
    expect(away(at(91) + 50 * 60 * MINUTE, [sha(9)])).toMatchObject({ calls: [], does: 1 })
    expect(away(at(91) + 51 * 60 * MINUTE, [sha(9)]).calls).toHaveLength(1)
  })

  test('who looks once an hour tells it, and two who see it differently do not take back each other’s word at every look', () => {
    const look = open()
    expect([look(at(91), [sha(9)]), look(at(151), [sha(9)])].map(({ calls }) => calls.length)).toEqual([0, 1])
    const both = open()
    const does = [91, 92, 93, 94, 95, 96].map(now => both(at(now), now % 2 === 1 ? [sha(9)] : []).does)
    expect(does).toEqual([1, 1, 0, 0, 0, 0])
    expect(both(at(97), [sha(9)])).toMatchObject({ does: 0, lookAgain: at(112) })
    expect(both(at(112), [sha(9)])).toMatchObject({ calls: [], does: 1 })
    expect(both(at(132), [sha(9)]).calls).toHaveLength(1)
  })

  test('nothing is said where it was only a moment, or what is remembered is not believed', () => {
    const look = open()
    look(at(91), [sha(9)])
    for (const now of [92, 111, 500]) expect(look(at(now), []).calls).toEqual([])
    const other = open({ distrust: 'foreign' })
    for (const now of [91, 111, 500]) expect(other(at(now), [sha(9)]).calls).toEqual([])
    const back = open()
    expect([91, 111, 500].flatMap(now => back(at(now), [sha(8)]).calls)).toEqual([])
  })
})

const ON_THE_WAY: IntegrationFacts = {
  branch: 'dev',
  head: sha(9),
  landed: [],
  from: sha(9),
  promoted: sha(9),
  lacks: 'none',
  ahead: false,
  rules: makeRules(),
  promotions: [],
  without: [],
  arrived: [],
  gone: [],
}

const labels = ['agent:codex', 'phase:pr_created']
/** One answer of GitHub's is from after the landing, the others are from before it. */
const torn = makeIssue({ labels, timeline: [labelled, closed] })

function look(task: TaskFacts) {
  const { effects, states, lookAgain } = plan(makeWorld({ tasks: [task] }), {
    now: at(71),
    digest: () => 'f'.repeat(64),
  })
  return { state: states.get(task.id)!, does: effects.map(effect => effect.do), lookAgain }
}

/** Its usage is in the books already. */
const record = makeRecord({ settled: 1 })

test.each<[string, TaskFacts, string[]]>([
  // Whatever it is, nobody presses its button meanwhile.
  ['its pull request open', makeProposedTask({ issue: torn, record }), ['gate']],
  [
    'its pull request closed',
    makeProposedTask({ issue: torn, record, pull: makePull({ state: 'closed' }) }),
    [],
  ],
  ['no pull request', makeProposedTask({ issue: torn, record, pull: null, branches: new Map() }), []],
  ['no attempt', makeTask({ issue: torn, record }), []],
])(
  'where GitHub shows that the issue was closed and that it is open, and %s, nothing begins: it is looked at again at once',
  (_, task, done) => {
    const { state, does, lookAgain } = look(task)
    expect(state).toMatchObject({ is: 'waiting', on: 'host', why: expect.stringContaining('was closed') })
    expect(does).toEqual(done)
    expect(lookAgain).toBe(at(71) + 2_000)
  },
)

test.each<[string, TaskFacts, object]>([
  ['merged', makeProposedTask({ issue: torn, pull: merged }), { is: 'merged' }],
  ['closed', makeProposedTask({ issue: { ...torn, state: 'closed' } }), { is: 'dropped' }],
  [
    'opened again by a person, who wants another attempt',
    makeProposedTask({ issue: { ...torn, timeline: [labelled, closed, reopened] } }),
    { is: 'ready', attempt: 2 },
  ],
])('once GitHub’s answers agree, that is over: %s', (_, task, state) => {
  expect(look(task).state).toMatchObject(state)
})

test('an attempt that was claimed after its issue was opened again goes on, whatever lags', () => {
  const issue = makeIssue({ timeline: [labelled, { ...closed, at: at(5) }] })
  expect(look(makeProposedTask({ issue })).state.is).toBe('proposed')
})

const said = (logged: string, saying: number | null, unjudged: typeof bob | null) => {
  const { record } = makeProposedTask()
  const issue = makeIssue({ timeline: [labelled, closed], state: 'closed' })
  const task = makeProposedTask({
    issue,
    pull: { ...merged, unjudged },
    record: { ...record!, logged, saying },
  })
  const { effects } = plan(makeWorld({ tasks: [task] }), { now: at(90), digest: () => 'f'.repeat(64) })
  return effects.filter(effect => effect.do === 'say').length
}

test('R10: what a person landed unjudged is told once, when it is seen', () => {
  expect(said('proposed:1', null, bob)).toBe(1)
  expect(said('proposed:1', null, null)).toBe(0)
  // Not of what was over when up-to-date branches came to be asked for; but again where the comment did not get there.
  expect(said('merged', null, bob)).toBe(0)
  expect(said('merged', at(80), bob)).toBe(1)
})

test('R10: another tree than the judged one freezes all landings, by whichever look it is found', () => {
  const app = { id: 1, login: 'chorus[bot]', kind: 'app' as const }
  const froze = (
    unjudged: typeof app | typeof bob | null,
    logged: string,
    foreign: World['foreign'] = null,
    unfrozen = 0,
  ) => {
    const { record } = makeProposedTask()
    const issue = makeIssue({ timeline: [labelled, closed], state: 'closed' })
    const task = makeProposedTask({ issue, pull: { ...merged, unjudged }, record: { ...record!, logged } })
    const made = makeWorld({ tasks: [task], foreign })
    const ledger = { ...made.ledger, controls: { ...made.ledger.controls, unfrozen } }
    const { effects } = plan(
      { ...made, ledger },
      {
        now: at(90),
        digest: () => 'f'.repeat(64),
      },
    )
    const kept = effects.flatMap(effect => (effect.do === 'record' ? [effect] : []))
    return kept.map(({ controls, events }) => [
      controls?.frozen?.by.login,
      events.flatMap(({ cause }) => cause.match(/^#12 landed as 0{7}, .* until a person has looked$/) ?? [])
        .length,
    ])
  }
  const frozen = [['chorus[bot]', 1]]
  expect(froze(null, 'proposed:1', { pull: 12, sha: sha(9), at: at(89) })).toEqual(frozen)
  // Who let landings go on just then knew nothing of it.
  expect(froze(null, 'proposed:1', { pull: 12, sha: sha(9), at: at(89) }, at(89))).toEqual(frozen)
  // Nobody lived to compare it, or GitHub's answer got lost: once, until the ledger has that it landed.
  expect(froze(app, 'proposed:1')).toEqual(frozen)
  expect(froze(app, 'merged')[0]?.[0]).toBeUndefined()
  // People may press the button.
  expect(froze(bob, 'proposed:1')[0]?.[0]).toBeUndefined()
})
