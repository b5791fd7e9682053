import { describe, expect, test } from 'vitest'
import type { GateFact } from '../../../core/check.ts'
import { findPlace } from '../../../core/landing/place.ts'
import { printPair } from '../../../core/merge/snapshot.ts'
import { printTaskId } from '../../../core/names.ts'
import { plan } from '../../../core/plan.ts'
import { createPlanner } from '../../../core/planner.ts'
import type { PullFacts, TaskFacts, World } from '../../../core/world.ts'
import {
  at,
  makeCheck,
  makeClaim,
  makeConfig,
  makeGate,
  makeRules,
  makeTicket,
  makeWorld,
} from '../../make.ts'
import { makeTrain, makeUnjudged } from '../ready.ts'
import { HEAD, makeReady } from './ready.ts'

const behind = { checks: [makeCheck()], current: false }
const strict = makeRules({ strict: true })
const running = {
  checks: [makeCheck({ status: 'in_progress', conclusion: null, endedAt: null })],
  at: at(50),
}
const WORDS = 'fresh: judged as 2 of 3 in #500 since 12:50 UTC; CI takes about a minute'

function gatesOf(world: Parameters<typeof makeWorld>[0]) {
  const digest = () => 'd'.repeat(64)
  const { effects } = plan(makeWorld({ rules: strict, ...world }), { now: at(60), digest })
  return effects.flatMap(effect => (effect.do === 'gate' ? [effect] : []))
}

test('the gate of each member names its train, its place in it, since when, and how long CI takes', () => {
  const tasks = [1, 2, 3].map(issue => makeUnjudged(issue, behind))
  const [, second] = gatesOf({ tasks, trains: [makeTrain([1, 2, 3], running)] })
  expect(second?.title).toBe(WORDS)
})

test('it is written once, not at each look, nor while the next train is being built', () => {
  const tasks = [1, 2, 3].map(issue => makeUnjudged(issue, behind))
  const trains = [makeTrain([1, 2, 3], running)]
  const said = gatesOf({ tasks, trains })
  const told = [1, 2, 3].map((issue, i) =>
    makeUnjudged(issue, { ...behind, gate: makeGate({ key: said[i]!.key }) }),
  )
  expect(gatesOf({ tasks: told, trains })).toEqual([])
  expect(gatesOf({ tasks: told, trains: [makeTrain([], { ...running, members: null })] })).toEqual([])
})

const digest = () => 'd'.repeat(64)
/** Its train is gone, and its gate still tells of that. */
function makeLeft(issue: number): TaskFacts {
  const key = `${'p'.repeat(16)}w train judged as ${issue} of 3 in #499 since 12:40 UTC`
  const task = makeUnjudged(issue, { ...behind, gate: makeGate({ key }) })
  return { ...task, issue: { ...task.issue, labels: [...task.issue.labels, 'phase:pr_created'] } }
}

test('whose train is gone goes on with the others while another one is there', () => {
  const tasks = [1, 2, 3].map(makeLeft)
  const trains = [makeTrain([4, 5], running)]
  const { effects } = plan(makeWorld({ rules: strict, tasks, trains }), { now: at(60), digest })
  const built = effects.flatMap(one => (one.do === 'assemble' ? [one.members.map(({ pull }) => pull)] : []))
  expect(built).toContainEqual(tasks.map(({ pull }) => pull?.number))
})

test.each<[string, Partial<World>]>([
  [
    'does not merge with one aboard',
    { trains: [makeTrain([4, 5], running)], collisions: new Set([printPair(HEAD(3), HEAD(4))]) },
  ],
  [
    'stands behind one that GitHub refused, so that none is built',
    { trains: [makeTrain([], { members: null, refusal: { why: 'a rule', times: 1, again: at(90) } })] },
  ],
])('whose train is gone and %s tells what it waits for now, once', (_what, over) => {
  const others = [4, 5].map(issue => makeUnjudged(issue, behind))
  const third = makeLeft(3)
  const of = (task: TaskFacts) =>
    gatesOf({ tasks: [task, ...others], ...over }).filter(({ pull }) => pull === third.pull?.number)
  const [told] = of(third)
  expect(told?.title).toMatch(/asks for up-to-date branches/)
  expect(of({ ...third, pull: { ...third.pull!, gate: makeGate({ key: told!.key }) } })).toEqual([])
})

test('whoever saw the last train sees it go as a process that starts then', () => {
  const trains = [makeTrain([], { ...running, members: null })]
  const before = makeWorld({ rules: strict, tasks: [makeLeft(1)], trains })
  const after = { ...before, trains: [] }
  const remembering = createPlanner()
  remembering(before, { now: at(60), digest })
  const { effects } = plan(after, { now: at(61), digest })
  expect(effects.map(one => one.do)).toEqual(['gate', 'update'])
  expect(remembering(after, { now: at(61), digest }).effects).toEqual(effects)
})

test.each([
  ['how long CI takes, as each process measures that by itself', / about a minute$/, ' about 4 minutes', 0],
  ['that it is not known how long CI takes', /; CI takes .*$/, '', 0],
  ['its place', '2 of 3', '1 of 3', 1],
])('what stands there and differs by %s is written anew so often', (_what, from, to, written) => {
  const tasks = [1, 2, 3].map(issue => makeUnjudged(issue, behind))
  const trains = [makeTrain([1, 2, 3], running)]
  const key = gatesOf({ tasks, trains })[1]!.key.replace(from, to)
  const told = [1, 2, 3].map(issue => makeUnjudged(issue, { ...behind, gate: makeGate({ key }) }))
  expect(gatesOf({ tasks: told, trains }).filter(({ pull }) => pull === tasks[1]!.pull?.number)).toHaveLength(
    written,
  )
})

describe('who could land but for a train that goes first', () => {
  const aboard = [1, 2].map(issue => makeUnjudged(issue, behind))
  const trains = [makeTrain([1, 2], running)]
  const third = (gate: GateFact | null) =>
    makeUnjudged(3, { checks: [makeCheck()], current: true, ...(gate === null ? {} : { gate }) })
  const toldOf = (gate: GateFact | null) =>
    gatesOf({ tasks: [...aboard, third(gate)], trains }).filter(
      ({ pull }) => pull === third(gate).pull?.number,
    )

  test('says so, once', () => {
    const [told] = toldOf(null)
    const [first, second] = aboard.map(({ pull }) => pull?.number)
    expect(told).toMatchObject({ conclusion: null, title: `Waits for #${first} and #${second}` })
    expect(toldOf(makeGate({ key: told!.key }))).toEqual([])
  })

  test('is not left green by a process that died before it landed him', () => {
    const [told] = toldOf(makeGate({ conclusion: 'success', status: 'completed' }))
    // What is completed cannot be opened again.
    expect(told).toMatchObject({ conclusion: null, check: null })
  })

  test('is told nothing in the moment in which that one lands, as it puts him behind', () => {
    const passed = [makeTrain([1, 2], { checks: [makeCheck()], at: at(50) })]
    const { effects } = plan(makeWorld({ rules: strict, tasks: [...aboard, third(null)], trains: passed }), {
      now: at(60),
      digest,
    })
    const about = effects.filter(one => 'pull' in one && (one.pull === 500 || one.pull === 103))
    expect(about).toEqual([expect.objectContaining({ do: 'land', pull: 500 })])
  })

  test('is not left green by it either where a train in which he is has no pull request yet', () => {
    const green = makeGate({ conclusion: 'success', status: 'completed' })
    const building = makeTrain([1, 2, 3], { ...running, pull: null })
    const said = gatesOf({ tasks: [...aboard, third(green)], trains: [building] })
    expect(said.at(-1)).toMatchObject({ pull: 103, conclusion: null, title: 'Waits for #101 and #102' })
  })

  test.each([
    ['left green', makeGate({ conclusion: 'success', status: 'completed' }), null],
    ['told for whom it waits', makeGate({ id: 7, key: 'behind: 116 Waits for #101 and #102' }), 7],
  ])('and is taken along by a longer one tells that, where it was %s', (_what, gate, check) => {
    const longer = makeTrain([1, 2, 3], { ...running, branch: 'chorus/train/b', pull: 501 })
    const of = (said: GateFact) =>
      gatesOf({ tasks: [...aboard, third(said)], trains: [...trains, longer] }).filter(
        ({ pull }) => pull === third(said).pull?.number,
      )
    const [told] = of(gate)
    const title = expect.stringMatching(/^Judged as 3 of 3 in #501 since/)
    expect(told).toMatchObject({ conclusion: null, check, title })
    expect(of(makeGate({ key: told!.key }))).toEqual([])
  })
})

test('of two trains the longer one counts, as the shorter only looks for who is red', () => {
  const tasks = [1, 2, 3].map(issue => makeUnjudged(issue, behind))
  const trains = [
    makeTrain([1, 2], { ...running, branch: 'chorus/train/b', pull: 501 }),
    makeTrain([1, 2, 3], running),
  ]
  expect(gatesOf({ tasks, trains })[0]?.title).toContain('1 of 3 in #500')
})

test('one that has no pull request yet tells no place', () => {
  const of = (pull: number | null) => findPlace([makeTrain([1, 2], { ...running, pull })], HEAD(2))
  expect([of(500)?.position, of(null)]).toEqual([2, null])
})

test('where the merge job judges it tells since when, and how long that usually takes', () => {
  const underWay = {
    try: 1,
    run: 9,
    url: 'https://github.test/run/9',
    verdict: null,
    at: at(55),
    tail: null,
    refusal: null,
    usual: 12 * 60_000,
  }
  const merge = { judge: 'job', exact: true }
  const config = { ok: true as const, value: makeConfig({ merge, checks: [{ name: 't', run: 'true' }] }) }
  const judge = { key: '0123456789ab', underWay: 1 }
  const rules = makeRules({ strict: false, required: [] })
  const alone = gatesOf({ tasks: [makeUnjudged(1, { judged: [underWay] })], rules, config, judge })
  expect(alone[0]?.title).toBe(
    'checks: the merge job is judging it since 12:55 UTC, which takes about 12 minutes here (https://github.test/run/9)',
  )
  const tasks = [1, 2].map(issue => makeUnjudged(issue, { current: false }))
  const trains = [makeTrain([1, 2], { judged: [underWay], at: at(54) })]
  const said = gatesOf({ tasks, trains, rules, config, judge }).map(({ title }) => title)
  expect(said).toContainEqual(
    expect.stringContaining('judged as 2 of 2 in #500 since 12:54 UTC; the merge job takes about 12 minutes'),
  )
})

test.each<[string, PullFacts['gate'], number]>([
  ['has no gate, as somebody pushed it', null, 1],
  ['has one', makeGate({ key: 'what was red before' }), 0],
  ['is green, as somebody pushed back to it', makeGate({ conclusion: 'success', status: 'completed' }), 1],
])('while its next attempt waits for its run, a head that %s gets so many', (_what, gate, written) => {
  const ready = makeReady(1, { gate, state: 'open' })
  const ticket = makeTicket({ task: printTaskId(1), issue: 1, attempt: 2 })
  const next = makeClaim({ attempt: 2, ticket: { ok: true, value: ticket } })
  const claimed = { ...ready, claims: [...ready.claims, next] }
  const said = gatesOf({ tasks: [claimed] })
  expect(said.map(({ title }) => title)).toEqual(
    Array(written).fill(expect.stringMatching(/^On hold: .*attempt 2/)),
  )
})
