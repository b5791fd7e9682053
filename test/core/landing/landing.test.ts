import { describe, expect, test } from 'vitest'
import { chooseMethod, fits, readLanding, readSituation } from '../../../core/landing/landing.ts'
import type { MergeMethod, Rules } from '../../../core/landing/rules.ts'
import { ROWS } from '../../../core/landing/table.ts'
import { plan } from '../../../core/plan.ts'
import { writeLanding } from '../../../core/words/landing.ts'
import { at, makeConfig, makeRepo, makeRules, makeWorld, sha } from '../../make.ts'
import { HEAD, makeReady } from './ready.ts'

const { merge } = makeConfig()
const METHODS: readonly MergeMethod[] = ['squash', 'merge', 'rebase']
const SUBSETS = [0, 1, 2, 3, 4, 5, 6, 7].map(bits => METHODS.filter((_, i) => bits & (1 << i)))

/** Strict, reviews, dismiss stale, last push, linear history, queue, every set of allowed methods, and rules that name one or none. */
type Combination = {
  rules: Rules
  methods: readonly MergeMethod[]
  together: number
  strategy: 'auto' | 'lanes'
}

function everything(): Combination[] {
  const bits = Array.from({ length: 64 }, (_, i) => (bit: number) => (i & (1 << bit)) !== 0)
  return bits.flatMap(has => {
    const approvals = has(1) ? 1 : 0
    const rest = { dismissStale: has(2), lastPush: has(3), linear: has(4), queue: has(5) }
    return [null, ['squash'] as const].flatMap(named => {
      const rules = makeRules({ strict: has(0), approvals, methods: named, ...rest })
      return SUBSETS.flatMap(methods =>
        [1, 8].flatMap(together =>
          (['auto', 'lanes'] as const).map(strategy => ({ rules, methods, together, strategy })),
        ),
      )
    })
  })
}

test.each([{ approvals: 1 }, { lastPush: true }, { codeOwners: true }])(
  'people review where rules say %j',
  rules => {
    const given = { rules: makeRules({ strict: true, ...rules }), methods: METHODS, merge }
    expect(readSituation(given)).toMatchObject({ reviews: true })
    expect(readLanding(given).path).toBe('one-by-one')
  },
)

test('every combination of rules has exactly one row', () => {
  for (const { rules, methods, ...chosen } of everything()) {
    const rows = ROWS.filter(row =>
      fits(row, readSituation({ rules, methods, merge: { ...merge, ...chosen } })),
    )
    expect(rows, JSON.stringify({ rules, methods, ...chosen })).toHaveLength(1)
  }
})

test('every row is some combination’s', () => {
  const used = new Set(
    everything().map(
      ({ rules, methods, ...chosen }) =>
        readLanding({ rules, methods, merge: { ...merge, ...chosen } }).promise,
    ),
  )
  expect([...used].toSorted()).toEqual(ROWS.map(row => row.promise).toSorted())
})

test('exact is promised only where the host keeps it, and wherever it does', () => {
  for (const { rules, methods } of everything()) {
    const { path, promise } = readLanding({ rules, methods, merge })
    if (path === 'nothing') continue
    expect(promise.startsWith('exact:'), JSON.stringify(rules)).toBe(rules.strict || rules.queue)
  }
})

describe('each row', () => {
  test.each([
    ['no rules', {}, 'direct', 'as fast as CI passes, side by side'],
    ['reviews', { approvals: 2 }, 'direct', 'as fast as CI passes and people review, side by side'],
    [
      'the last push approved',
      { lastPush: true },
      'direct',
      'as fast as CI passes and people review, side by side',
    ],
    ['strict', { strict: true }, 'train', 'as many as `merge.together` for each run of CI'],
    ['P8: strict, signed', { strict: true, signed: true }, 'one-by-one', 'one for each run of CI'],
    ['strict, linear', { strict: true, linear: true }, 'one-by-one', 'one for each run of CI'],
    [
      'strict, where a rule takes only squashes',
      { strict: true, methods: ['squash'] },
      'one-by-one',
      'one for each run of CI',
    ],
    ['strict, reviews', { strict: true, approvals: 1 }, 'one-by-one', 'one for each run of CI'],
    [
      'strict, stale dismissed',
      { strict: true, approvals: 1, dismissStale: true },
      'one-by-one',
      'one for each run of CI and each review',
    ],
    [
      'P2: strict, last push',
      { strict: true, lastPush: true },
      'one-by-one',
      'one for each run of CI and each review',
    ],
    [
      'a queue',
      { queue: true, strict: true, approvals: 1 },
      'queue',
      'as many as the queue’s own settings build and merge at once',
    ],
  ] satisfies [string, Partial<Rules>, string, string][])('%s', (_, rules, path, rate) => {
    expect(readLanding({ rules: makeRules(rules), methods: METHODS, merge })).toMatchObject({ path, rate })
  })
  test('strict, where the configuration says one by one', () => {
    const one = { ...merge, together: 1 }
    expect(readLanding({ rules: makeRules({ strict: true }), methods: METHODS, merge: one }).path).toBe(
      'one-by-one',
    )
  })
  test.each([
    ['lanes', {}, 'lanes', 'as fast as CI passes, side by side'],
    ['lanes with reviews', { approvals: 1 }, 'lanes', 'as fast as CI passes, side by side'],
    ['lanes on a strict branch', { strict: true }, 'train', 'as many as `merge.together` for each run of CI'],
    [
      'lanes with a queue',
      { queue: true },
      'queue',
      'as many as the queue’s own settings build and merge at once',
    ],
  ] satisfies [string, Partial<Rules>, string, string][])('%s', (_, rules, path, rate) => {
    const lanes = { ...merge, strategy: 'lanes' as const }
    expect(readLanding({ rules: makeRules(rules), methods: METHODS, merge: lanes })).toMatchObject({
      path,
      rate,
    })
  })
  test.each([
    ['linear history where only merge commits are allowed', makeRules({ linear: true })],
    ['a rule that names what the repository does not allow', makeRules({ methods: ['rebase'] })],
  ])('23: %s: nothing is tried, no gate turns green, and people read why', (_, rules) => {
    const methods: MergeMethod[] = ['merge']
    expect(readLanding({ rules, methods, merge })).toMatchObject({ path: 'nothing', rate: 'none' })
    const world = makeWorld({ tasks: [makeReady(1), makeReady(2)], rules, repo: makeRepo({ methods }) })
    const { effects } = plan(world, { now: at(60), digest: () => 'd'.repeat(64) })
    const gates = effects.filter(effect => effect.do === 'gate')
    expect(effects.filter(({ do: what }) => what === 'land' || what === 'assemble')).toEqual([])
    expect(gates.map(({ pull, conclusion }) => [pull, conclusion])).toEqual([
      [101, null],
      [102, null],
    ])
    expect(gates[0]?.title).toMatch(/leave no way to merge/)
  })
})

test('exact is verified by us where the configuration asks for it and the host does not', () => {
  const given = { rules: makeRules(), methods: METHODS, merge: { ...merge, exact: true } }
  expect(readLanding(given)).toMatchObject({
    path: 'train',
    promise: expect.stringMatching(/^exact, verified after/),
  })
  expect(readLanding({ ...given, rules: makeRules({ strict: true }) }).promise).toMatch(/^exact:/)
  expect(readLanding({ ...given, rules: makeRules({ linear: true }) }).path).toBe('one-by-one')
})

test.each([
  ['nothing asks for up-to-date branches', false, false, { verify: false, exact: false }],
  ['the host does, and looks by itself', true, false, { verify: false, exact: true }],
  ['only the configuration does', false, true, { verify: true, exact: true }],
])('R10: where %s, a landing is held to that, on the branch that it goes to', (_, strict, exact, held) => {
  const target = { branch: 'release', head: sha(0x5) }
  const world = makeWorld({
    tasks: [makeReady(1, { base: { branch: 'release', sha: sha(0x5) }, current: true })],
    rules: makeRules({ strict }),
    repo: makeRepo({ target, methods: ['rebase'] }),
    config: { ok: true, value: makeConfig({ merge: { exact, together: 1 } }) },
  })
  const land = plan(world, { now: at(60), digest: () => 'd'.repeat(64) }).effects.find(
    ({ do: what }) => what === 'land',
  )
  // By what is allowed, whatever the configuration would rather have.
  expect(land).toMatchObject({ ...held, head: HEAD(1), into: 'release', base: sha(0x5), method: 'rebase' })
})

test.each(['pr', 'manual'] as const)('with the strategy %s a person presses the button', strategy => {
  const landing = readLanding({
    rules: makeRules({ strict: true }),
    methods: METHODS,
    merge: { ...merge, strategy },
  })
  expect(landing.path).toBe('person')
  expect(writeLanding(landing)).toMatch(/a person presses the button/)
  const queued = readLanding({
    rules: makeRules({ queue: true }),
    methods: METHODS,
    merge: { ...merge, strategy },
  })
  expect(queued).toMatchObject({ path: 'person', promise: expect.stringMatching(/a person adds the pull/) })
})

describe('the method', () => {
  const wanted = (method: MergeMethod, methods: readonly MergeMethod[], rules: Partial<Rules> = {}) =>
    chooseMethod({ rules: makeRules(rules), methods, merge: { ...merge, method } })
  test.each([
    ['is the wanted one where it is possible', wanted('rebase', METHODS), 'rebase'],
    ['is another where the repository does not allow it', wanted('squash', ['merge']), 'merge'],
    ['is what a rule names', wanted('squash', METHODS, { methods: ['rebase', 'merge'] }), 'merge'],
    ['is no merge commit where history is linear', wanted('merge', METHODS, { linear: true }), 'squash'],
  ])('%s', (_, chosen, expected) => {
    expect(chosen).toBe(expected)
  })
})
