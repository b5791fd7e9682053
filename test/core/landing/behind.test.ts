import { expect, test } from 'vitest'
import type { IntegrationFacts } from '../../../core/landing/integration.ts'
import { plan } from '../../../core/plan.ts'
import { printAhead } from '../../../core/words/behind.ts'
import type { PullFacts } from '../../../core/world.ts'
import {
  at,
  makeChange,
  makeCheck,
  makeConfig,
  makeGate,
  makeRepo,
  makeRules,
  makeWorld,
  sha,
} from '../../make.ts'
import { makeTrain } from '../ready.ts'
import { makeReady } from './ready.ts'

const FROM = sha(0xf0)
const landed = [{ sha: sha(0x101), files: ['a.ts'], message: 'feat: 1', back: false }]
const integration: IntegrationFacts = {
  branch: 'integration',
  head: sha(0x101),
  landed,
  from: FROM,
  promoted: FROM,
  lacks: 'none',
  ahead: true,
  rules: makeRules(),
  promotions: [],
  without: [],
  arrived: [],
  gone: [],
}
const LANES = {
  integration,
  repo: makeRepo({ target: { branch: 'integration', head: sha(0x101) } }),
  config: { ok: true as const, value: makeConfig({ merge: { strategy: 'lanes' } }) },
}

/** Its CI ran before `a.ts` landed. */
const one = (issue: number, paths: readonly string[], over: Partial<PullFacts> = {}) =>
  makeReady(issue, {
    base: { branch: 'integration', sha: FROM },
    mergeBase: FROM,
    current: false,
    changes: paths.map(path => makeChange({ path })),
    checks: [makeCheck({ startedAt: at(0), endedAt: at(12) })],
    ...over,
  })

function look(tasks: ReturnType<typeof one>[], over: Parameters<typeof makeWorld>[0] = {}) {
  const world = makeWorld({ ...LANES, tasks, ...over })
  const { effects } = plan(world, { now: at(60), digest: () => 'd'.repeat(64) })
  const gates = effects.flatMap(effect => (effect.do === 'gate' ? [effect] : []))
  const does = effects.flatMap(effect =>
    'pull' in effect && effect.do !== 'gate' ? `${effect.do} ${effect.pull}` : [],
  )
  return { gates, does: does.filter(act => /^(land|update) /.test(act)) }
}

test('who waits for its lane says for whom, why, and what comes then', () => {
  const { gates, does } = look([one(1, ['a.ts']), one(2, ['a.ts', 'b.ts']), one(3, ['c.ts'])])
  expect(does).toEqual(['land 103'])
  expect(gates).toEqual([
    expect.objectContaining({
      pull: 102,
      conclusion: null,
      title: 'Waits for #101 in its lane; CI takes about 12 minutes',
      summary:
        '**Waiting:** every gate passes, and #101 goes first: it changes `a.ts`, too. Then this is judged on top of that, which takes about 12 minutes, and lands.\n',
    }),
  ])
})

test('once, until that changes', () => {
  const tasks = (key: string) => [
    one(2, ['a.ts']),
    one(3, ['a.ts'], { gate: makeGate({ key, conclusion: null }) }),
  ]
  const first = look(tasks('checks'))
  expect(first.does).toEqual(['update 102'])
  expect(first.gates.map(({ pull }) => pull)).toEqual([103])
  const { key } = first.gates[0]!
  expect(look(tasks(key)).gates).toEqual([])
  expect(look([one(1, ['a.ts']), ...tasks(key)]).gates.map(({ title }) => title)).toEqual([
    'Waits for #101 in its lane; CI takes about 12 minutes',
    'Waits for #101 and #102 in its lane; CI takes about 12 minutes',
  ])
})

test('nor for another measure of how long that takes, as two processes may come to', () => {
  const slower = { checks: [makeCheck({ startedAt: at(0), endedAt: at(15) })] }
  const { key, title } = look([one(2, ['a.ts']), one(3, ['a.ts'], slower)]).gates[0]!
  expect(title).toContain('about 15 minutes')
  const gate = makeGate({ key, conclusion: null })
  expect(look([one(2, ['a.ts']), one(3, ['a.ts'], { gate })]).gates).toEqual([])
})

test('where the one ahead lands this very moment, nothing is said for that moment', () => {
  const { gates, does } = look([one(1, ['b.ts']), one(2, ['b.ts'])])
  expect(does).toEqual(['land 101'])
  expect(gates).toEqual([])
})

test('of what belongs together without a file in common that is said', () => {
  const { gates } = look([one(1, ['a.ts', 'package.json']), one(2, ['b.ts'])])
  expect(gates[0]?.summary).toContain('#101 goes first: what they change belongs together')
})

test('who is judged together with others says where it stands', () => {
  const trains = [makeTrain([1, 2])]
  const { gates } = look([one(1, ['a.ts']), one(2, ['a.ts'])], { trains, combines: true })
  expect(gates.map(({ title }) => title)).toContainEqual(
    'Judged as 2 of 2 in #500 since 12:50 UTC; CI takes about 12 minutes',
  )
})

test.each([
  [1, '#1'],
  [2, '#1 and #2'],
  [3, '#1, #2 and #3'],
  [4, 'more than 3 others'],
  [6, 'more than 3 others'],
  [7, 'more than 6 others'],
  [200, 'more than 100 others'],
])('%i ahead: %s', (count, words) => {
  expect(printAhead(Array.from({ length: count }, (_, i) => i + 1))).toBe(words)
})
