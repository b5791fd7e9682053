import { expect, test } from 'vitest'
import { chooseLearnings, findNew, type Learning, learningsOf, printLearning } from '../../core/learning.ts'
import { plan } from '../../core/plan.ts'
import { at, makeProposedTask, makePull, makeRecord, makeReport, makeWorld, sha } from '../make.ts'

const learned = (text: string, more: Partial<Learning> = {}): Learning => ({
  text,
  task: 'bd-0001',
  agent: 'codex',
  at: Date.UTC(2026, 10, 20),
  type: 'feat',
  paths: ['src/cart/price.ts'],
  ...more,
})
const report = makeReport({
  learnings: ['Prices are in cents.', ' Prices are  in CENTS ', '\u202eTax\u200b is added last.'],
})
const reports = new Map([[1, { sha: sha(0x301), report: { ok: true as const, value: report } }]])
const merged = makePull({ state: 'merged', mergedSha: sha(9) })

function recorded(task: Parameters<typeof makeProposedTask>[0], known: Learning[] = []) {
  const world = makeWorld({ tasks: [makeProposedTask({ reports, ...task })] })
  const ledger = { ...world.ledger, controls: { ...world.ledger.controls, learnings: known } }
  const { effects } = plan({ ...world, ledger }, { now: at(90), digest: () => 'f'.repeat(64) })
  const effect = effects.find(one => one.do === 'record')
  return { texts: effect?.learnings.map(one => one.text) ?? [], kept: effect?.controls?.learnings ?? null }
}

test('what has landed leaves what it learned: once, in visible words, with where it comes from', () => {
  const { texts, kept } = recorded({ pull: merged })
  expect(texts).toEqual(['Prices are in cents.', 'Tax is added last.'])
  expect(kept).toMatchObject([
    { text: 'Prices are in cents.', agent: 'codex', type: 'feat', paths: ['src/hello.ts'] },
    { text: 'Tax is added last.' },
  ])
})

test('what is known already is not learned again', () => {
  expect(recorded({ pull: merged }, [learned('prices are in cents')]).texts).toEqual(['Tax is added last.'])
})

test('what has not landed teaches nobody, and what has landed teaches once', () => {
  expect(recorded({}).texts).toEqual([])
  expect(recorded({ pull: merged, record: makeRecord({ logged: 'merged' }) }).texts).toEqual([])
})

test('an attempt that was not done has nothing to teach', () => {
  const failed = makeReport({ outcome: 'red-checks', learnings: ['Never mind.'] })
  const task = makeProposedTask({
    reports: new Map([[1, { sha: sha(2), report: { ok: true, value: failed } }]]),
  })
  expect(learningsOf(task, { type: 'fix', at: 0 })).toEqual([])
})

const known = [
  learned('old, same type'),
  learned('near', { type: 'docs', paths: ['src/tax/rate.ts'] }),
  learned('elsewhere', { type: 'docs', paths: ['README.md'] }),
  learned('near and same type', { paths: ['src/tax/rate.ts'] }),
  learned('new, same type'),
]
test.each([
  [
    'its files first, then its type, the newest first',
    ['src/tax/**'],
    'feat',
    ['near and same type', 'near', 'new, same type', 'old, same type'],
  ],
  ['without a scope its type counts', [], 'docs', ['elsewhere', 'near']],
  ['nothing of another kind from other files', ['lib/**'], 'chore', []],
])('%s', (_, scope, type, told) => {
  expect(chooseLearnings(known, { scope, type })).toEqual(told)
})

test('no more than five are told', () => {
  const many = Array.from({ length: 9 }, (_, n) => learned(`point ${n}`))
  expect(chooseLearnings(many, { scope: [], type: 'feat' })).toEqual([8, 7, 6, 5, 4].map(n => `point ${n}`))
  expect(findNew(many, [learned('Point 3!'), learned('other')]).map(one => one.text)).toEqual(['other'])
})

test('a line says what, of which task, by whom, when and where', () => {
  expect(printLearning(learned('It is so.'))).toBe(
    '- It is so. [bd-0001, feat, codex, 2026-11-20] (src/cart/price.ts)\n',
  )
})
