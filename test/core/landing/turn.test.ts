import { expect, test } from 'vitest'
import type { Effect } from '../../../core/effect.ts'
import { GATE_NAMES } from '../../../core/gates/gate.ts'
import { findTurn } from '../../../core/landing/turn.ts'
import { printPair } from '../../../core/merge/snapshot.ts'
import { plan } from '../../../core/plan.ts'
import type { PullFacts, TaskFacts } from '../../../core/world.ts'
import { at, makeCheck, makeConfig, makeGate, makeRules, makeWorld } from '../../make.ts'
import { makeTrain, makeUnjudged } from '../ready.ts'
import { HEAD } from './ready.ts'

const green = [makeCheck({ startedAt: at(0), endedAt: at(12) })]
const behind = (issue: number, over: Partial<PullFacts> = {}) =>
  makeUnjudged(issue, { checks: green, current: false, ...over })
const running = [makeCheck({ status: 'in_progress', conclusion: null, endedAt: null })]
/** Brought up to date, and its CI runs. */
const judged = (issue: number) =>
  behind(issue, { current: true, checks: running, layers: [HEAD(issue), HEAD(90 + issue)] })

const ONE_BY_ONE = {
  rules: makeRules({ strict: true }),
  config: { ok: true as const, value: makeConfig({ merge: { together: 1 } }) },
}
type Over = Parameters<typeof makeWorld>[0]

function look(tasks: readonly TaskFacts[], over: Over = ONE_BY_ONE): readonly Effect[] {
  return plan(makeWorld({ tasks, ...over }), { now: at(60), digest: () => 'd'.repeat(64) }).effects
}

/** Looks until nobody's gate says anything new, as GitHub shows each what it was given. */
function settle(
  tasks: readonly TaskFacts[],
  over: Over = ONE_BY_ONE,
): { tasks: TaskFacts[]; writes: number } {
  let [now, writes] = [[...tasks], 0]
  for (let rounds = 0; rounds < 5; rounds++) {
    const said = look(now, over).flatMap(effect => (effect.do === 'gate' ? [effect] : []))
    if (said.length === 0) return { tasks: now, writes }
    writes += said.length
    now = now.map(task => {
      const gate = said.find(({ pull }) => pull === task.pull?.number)
      return gate === undefined || task.pull === null
        ? task
        : { ...task, pull: { ...task.pull, gate: makeGate({ key: gate.key, conclusion: null }) } }
    })
  }
  throw new Error('it never settles')
}

const reasonOf = (tasks: readonly TaskFacts[], issue: number) =>
  tasks.find(({ pull }) => pull?.number === 100 + issue)?.pull?.gate?.key.replace(/^.*branches: /, '')

test('trains go by pull requests, one by one goes by tasks', () => {
  const letters = GATE_NAMES.map(name => (name === 'fresh' ? 'w' : 'p')).join('')
  const waits = (issue: number) => behind(issue, { gate: makeGate({ key: `${letters} train x` }) })
  const tasks = [waits(3), waits(1), waits(2)]
  const among = { tasks, trains: [makeTrain([2])], collisions: new Set<string>() }
  const ahead = (path: 'train' | 'one-by-one') => findTurn(among, path, tasks[1]!.pull!).ahead
  expect([ahead('train'), ahead('one-by-one')]).toEqual([[102], [103, 102]])
})

test('one by one: each says who goes first, how fast that is, and what comes then', () => {
  const { tasks } = settle([judged(1), behind(2), behind(3), ...[4, 5, 6, 7, 8, 9].map(n => behind(n))])
  expect(reasonOf(tasks, 2)).toBe(
    '#101 goes first, one for each run of CI, which takes about 12 minutes; then Chorus brings it up to date',
  )
  expect(reasonOf(tasks, 3)).toMatch(/^#101 and #102 go first, one for each run of CI/)
  expect(reasonOf(tasks, 4)).toMatch(/^#101, #102 and #103 go first/)
  expect(reasonOf(tasks, 5)).toMatch(/^more than 3 others go first/)
  expect(reasonOf(tasks, 9)).toMatch(/^more than 6 others go first/)
})

test('who is first of all is not told to wait', () => {
  const tasks = [behind(1), behind(2)]
  expect(look(tasks)).toContainEqual(expect.objectContaining({ do: 'update', pull: 101 }))
  const settled = settle(tasks).tasks
  expect(reasonOf(settled, 1)).toBe('Chorus brings it up to date when nothing else stands in the way')
  expect(reasonOf(settled, 2)).toMatch(/^#101 goes first/)
})

test('a landing is told to the few whose turn it is soon, and not while the next one is brought up to date', () => {
  const { tasks } = settle([judged(1), ...Array.from({ length: 29 }, (_, i) => behind(i + 2))])
  const landed = tasks.filter(({ pull }) => pull?.number !== 101)
  // #102 is brought up to date: its new head has no gate yet.
  const moved = settle([judged(2), ...landed.slice(1)])
  expect(moved.writes).toBeLessThanOrEqual(8)
  expect(reasonOf(moved.tasks, 3)).toMatch(/^#102 goes first/)
  const gated = settle(moved.tasks)
  expect(gated.writes).toBe(0)
})

test('who waits for a person is ahead of nobody', () => {
  const held = behind(1, { labels: ['hold'] })
  expect(reasonOf(settle([held, behind(2), behind(3)]).tasks, 3)).toMatch(/^#102 goes first/)
})

test('whose very first CI runs, and who has landed, is ahead of nobody', () => {
  const gate = (waits: string) => {
    const letters = GATE_NAMES.map(name => (name === waits ? 'w' : 'p')).join('')
    return makeGate({ key: `${letters} one-by-one x` })
  }
  const first = behind(1, { checks: running, gate: gate('checks') })
  const landed = behind(2, { state: 'merged', gate: gate('fresh') })
  const own = behind(3)
  const among = { tasks: [first, landed, own], trains: [], collisions: new Set<string>() }
  expect(findTurn(among, 'one-by-one', own.pull!).ahead).toEqual([])
  expect(look([first, own])).toContainEqual(expect.objectContaining({ do: 'update', pull: 103 }))
})

const TRAIN = { rules: ONE_BY_ONE.rules }

test('by trains: who is not aboard says how many go first', () => {
  const trains = [makeTrain([1, 2], { checks: running })]
  const merge = makeConfig({ merge: { together: 2 } })
  const { tasks } = settle(
    [1, 2, 3, 4].map(n => behind(n)),
    { ...TRAIN, trains, config: { ok: true, value: merge } },
  )
  expect(reasonOf(tasks, 3)).toBe(
    '#101 and #102 go first, up to 2 for each run of CI, which takes about 12 minutes; then it is judged, with others that are ready',
  )
  expect(reasonOf(tasks, 4)).toMatch(/^#101, #102 and #103 go first/)
})

test('71: who does not merge with one that is judged says with which', () => {
  const trains = [makeTrain([1, 2], { checks: running })]
  const collisions = new Set([printPair(HEAD(2), HEAD(3))])
  const { tasks } = settle(
    [1, 2, 3].map(n => behind(n)),
    { ...TRAIN, trains, collisions },
  )
  expect(reasonOf(tasks, 3)).toBe(
    'it does not merge with #102, which goes first, and waits for what becomes of that',
  )
})
