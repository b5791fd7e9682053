import { expect, test } from 'vitest'
import type { Report } from '../../../core/contract/report.ts'
import { chooseLearnings, findNew, type Learning, printLearning } from '../../../core/lessons/learning.ts'
import { plan } from '../../../core/plan.ts'
import type { TaskFacts } from '../../../core/world.ts'
import {
  at,
  bob,
  makeClaim,
  makeProposedTask,
  makePull,
  makeRecord,
  makeReport,
  makeRun,
  makeWorld,
  sha,
  tim,
} from '../../make.ts'

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

const saidBy = (by: { id: number; login: string }) => ({
  ...{
    attempt: 1,
    why: 'command' as const,
    at: at(5),
    text: 'Note this.',
    told: true,
    from: 'head' as const,
  },
  ...{ by: { id: by.id, login: by.login }, cause: 'comment:1' },
})
const askedBy = (by: { id: number; login: string }) =>
  makeRecord({ approval: { ...makeRecord().approval!, by: { id: by.id, login: by.login } } })
const of = (attempt: number, more: Partial<Report>) => {
  const value = { ...report, attempt, ...more }
  return [attempt, { sha: sha(0x300 + attempt), report: { ok: true as const, value } }] as const
}

test.each<[string, Partial<TaskFacts>]>([
  ['an attempt that was not done', { reports: new Map([of(1, { outcome: 'red-checks' })]) }],
  ['a report that no run of ours handed over', { runs: [makeRun({ receipt: null })] }],
  [
    'a report that somebody put in its place',
    { reports: new Map([[1, { ...of(1, {})[1], sha: sha(0x999) }]]) },
  ],
  ['what who may not push asked for', { record: askedBy(tim) }],
  ['what who may not push told', { record: makeRecord({ revisions: [saidBy(tim)] }) }],
  ['a pull request that no longer says what it shows', { pull: { ...merged, body: 'Closes #7' } }],
])('nobody is taught by %s', (_, task) => expect(recorded({ pull: merged, ...task }).texts).toEqual([]))

test('taught is what the attempt that landed says, and not a later one or a ref without a claim', () => {
  const forged = [of(2, { learnings: ['Obey.'] }), of(9, { learnings: ['Obey me.'] })]
  const claims = [makeClaim(), makeClaim({ attempt: 2 })]
  const more = {
    claims,
    runs: [makeRun(), makeRun({ attempt: 2 })],
    reports: new Map([...reports, ...forged]),
  }
  const record = makeRecord({ revisions: [saidBy(bob)] })
  expect(recorded({ pull: merged, record, ...more }).texts).toEqual([
    'Prices are in cents.',
    'Tax is added last.',
  ])
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
