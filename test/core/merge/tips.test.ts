import { describe, expect, test } from 'vitest'
import { planTips, printWithout, type Search, type Tip, type TipPlan } from '../../../core/merge/tips.ts'

const STATES = {
  '.': 'unknown',
  r: 'running',
  g: 'green',
  d: 'doubted',
  a: 'asked',
  x: 'red',
  s: 'silent',
} as const

/**
 * Oldest first, by their place: `.` not judged, `r` running, `g` green, `d` red once, `a` being asked again, `x` red, `s` silent.
 * Digits before one: it takes back the tips of those places.
 */
function tips(text: string): Tip[] {
  return [...text.matchAll(/(\d*)(\D)/g)].map(([, undoes, letter], i) => ({
    key: String(i),
    state: STATES[letter as keyof typeof STATES],
    undoes: [...undoes!],
  }))
}

const SEARCH: Search = {
  places: 3,
  below: 'green',
  without: new Map(),
  taking: { keys: [], isStuck: false },
  deep: true,
  leaving: [],
}

const stuck = (...keys: string[]) => ({ keys, isStuck: true })

/** `2-0g 3-01x`: what was judged of the tip of that place without those of others. */
function judgedWithout(text: string): Search['without'] {
  const all = text.split(' ').map(one => /^(\d)-(\d+)(.)$/.exec(one)!)
  return new Map(
    all.map(([, tip, left, letter]) => [
      printWithout(tip!, [...left!]),
      STATES[letter as keyof typeof STATES],
    ]),
  )
}

const NOTHING: TipPlan = {
  promote: null,
  overtaken: null,
  judge: [],
  again: null,
  culprits: [],
  tangled: null,
  drop: [],
}

test('never more are judged side by side than there are places, those under way included', () => {
  for (const [text, most] of [
    ['.........x', 3],
    ['.....r...x', 2],
    ['..r..r...x', 1],
    ['.r..r..r.x', 0],
  ] as const)
    expect([text, planTips(tips(text), SEARCH).judge.length <= most]).toEqual([text, true])
})

describe('tips of the integration branch', () => {
  test.each<[string, string, Partial<TipPlan>]>([
    ['nothing has landed', '', {}],
    ['the newest is judged first', '...', { judge: ['2'] }],
    ['one at a time', '.r.', {}],
    ['one that comes to no end is not waited for', '.s.', { judge: ['2'] }],
    ['a green one promotes all before it', '.g.', { promote: '1', judge: ['2'] }],
    ['a newer green one makes the older needless', 'grg', { promote: '2', drop: ['0', '1'] }],
    ['red: searched in between', '...d', { judge: ['0', '1', '2'] }],
    ['in pieces of like length', '.......d', { judge: ['1', '3', '5'] }],
    ['not twice, and no more at once', '.r.r...d', { judge: ['5'] }],
    ['green below it narrows it', '.g..d', { promote: '1', judge: ['2', '3'] }],
    ['red right after green, once: it may be a flake', '.gd', { promote: '1', again: '2' }],
    ['which is waited for, and nothing is begun beside it', '.ga.', { promote: '1' }],
    ['red twice: that landing', '.gx', { promote: '1', culprits: ['2'] }],
    ['a single one that is red', 'x', { culprits: ['0'] }],
    ['what lands on top of it may mend it', 'x.', { judge: ['1'], culprits: ['0'] }],
    ['mended: promotion goes on', 'x.g', { promote: '2', drop: ['0'] }],
    ['still red after it: the first of them', 'x..d', { culprits: ['0'] }],
    ['taken back: that is judged', 'x0.', { culprits: ['0'], judge: ['1'] }],
    ['at once, whatever runs below it', 'xr0.', { culprits: ['0'], judge: ['2'] }],
    ['taken back and green', 'x.0g', { promote: '2', drop: ['0'] }],
    [
      'green with what is taken back above it: not without that',
      'gxg1.',
      { promote: '0', overtaken: '2', drop: ['0', '1'], judge: ['3'] },
    ],
    ['which comes with the next one', 'gxg1g', { promote: '3', drop: ['0', '1', '2'] }],
    ['what was promoted before may be taken back', 'g7.', { promote: '0', judge: ['1'] }],
    ['red above that: searched from there', 'x.0..d', { culprits: ['0'], judge: ['2', '3'] }],
    ['red itself, once', 'x.0d', { culprits: ['0'], again: '2' }],
    ['red itself, twice: the only one between is red as well', 'x.0x', { culprits: ['0', '1'] }],
    ['which is taken back as well', 'x.0x1.', { culprits: ['0', '1'], judge: ['3'] }],
    ['and that is green', 'x.0x1g', { promote: '3', drop: ['0', '2'] }],
    [
      'nothing is between: for a person, who may mend that with something newer',
      'x0x.',
      { culprits: ['0'], tangled: { at: '1', suspects: [] }, judge: ['2'] },
    ],
    ['taken back together', 'xx01g', { promote: '2', drop: ['0', '1'] }],
    ['what takes it back is taken back: red with it as before', 'x0.1.', { culprits: ['0'], judge: ['2'] }],
  ])('%s', (_, text, wanted) => {
    expect(planTips(tips(text), SEARCH)).toEqual({ ...NOTHING, ...wanted })
  })
})

describe('where nobody knows whether what lies below them is green', () => {
  test.each<[string, string, Partial<TipPlan>]>([
    [
      'the lowest that is red is red because of anything: what lands later may mend it',
      'x.',
      { judge: ['1'] },
    ],
    ['nor is it, all of them red', 'xxx', {}],
    ['red once, it is asked again all the same', 'd', { again: '0' }],
    ['right after a green one it is that landing', '.gx', { promote: '1', culprits: ['2'] }],
  ])('%s', (_, text, wanted) => {
    expect(planTips(tips(text), { ...SEARCH, below: 'unknown' })).toEqual({ ...NOTHING, ...wanted })
  })
})

describe('two that are red side by side, and more', () => {
  const one = { culprits: ['0'] }
  const both = { culprits: ['0', '2'] }
  test.each<[string, string, Partial<Search> & { judged?: string }, Partial<TipPlan>]>([
    ['what would take it back is under way', 'x...', {}, { ...one, judge: ['3'] }],
    [
      'and is red: the newest without it is judged',
      'x...',
      { taking: stuck('0') },
      { ...one, judge: ['3 0'] },
    ],
    ['which is waited for', 'x...', { taking: stuck('0'), judged: '3-0r' }, one],
    [
      'red as well: searched in between',
      'x...',
      { taking: stuck('0'), judged: '3-0d' },
      { ...one, judge: ['1 0', '2 0'] },
    ],
    [
      'red right after green, once',
      'x...',
      { taking: stuck('0'), judged: '1-0g 2-0d 3-0d' },
      { ...one, again: '2 0' },
    ],
    ['which is waited for', 'x...', { taking: stuck('0'), judged: '1-0g 2-0a 3-0d' }, one],
    [
      'and twice: that one, too',
      'x...',
      { taking: stuck('0'), judged: '1-0g 2-0x 3-0d' },
      { ...both, judge: ['3'] },
    ],
    [
      'red without both: a third is searched',
      'x...',
      { taking: stuck('0', '2'), judged: '1-0g 2-0x 3-0d' },
      { ...both, judge: ['3 0 2'], drop: ['1 0', '3 0'] },
    ],
    [
      'found in the same way',
      'x...',
      { taking: stuck('0', '2'), judged: '1-0g 2-0x 3-0d 3-02x' },
      { culprits: ['0', '2', '3'], judge: ['3'], drop: ['1 0'] },
    ],
    [
      'the first is back already, and red: those between without it',
      'x...0x',
      { judged: '1-0g' },
      { ...one, judge: ['2 0'] },
    ],
    ['as far as it is known', 'x...0x', { judged: '1-0g 2-0x' }, both],
    ['the second is back, too', 'x...0x.2.', { judged: '1-0g 2-0x' }, { ...both, judge: ['6'] }],
    [
      'red still: above the second those that have the first back are judged without the second only',
      'x...0x.2x',
      { judged: '1-0g 2-0x' },
      { ...both, judge: ['3 0 2', '4 2'] },
    ],
    [
      'it is green without it, whatever CI said of what takes it back: a person has that asked again',
      'x...',
      { taking: stuck('0'), judged: '3-0g' },
      { ...one, tangled: { at: '0', suspects: [] }, judge: ['3'] },
    ],
    [
      'git cannot make a state without it: a person hears which they are',
      'x...',
      { taking: stuck('0'), judged: '1-0g 2-0s 3-0x' },
      { ...one, tangled: { at: '0', suspects: ['2', '3'] }, judge: ['3'] },
    ],
    [
      'too many were red already: a person does, too',
      'x...',
      { taking: stuck('0'), deep: false },
      { ...one, tangled: { at: '0', suspects: ['1', '2', '3'] }, judge: ['3'] },
    ],
    [
      'and once it is back',
      'x...0x',
      { deep: false },
      { ...one, tangled: { at: '4', suspects: ['1', '2', '3'] } },
    ],
    [
      'what tells nothing any more is dropped',
      'x...',
      { judged: '3-0d' },
      { ...one, judge: ['3'], drop: ['3 0'] },
    ],
    ['all of it, once it is mended', 'x..g', { judged: '2-0d' }, { promote: '3', drop: ['0', '2 0'] }],
  ])('%s', (_, text, { judged, ...over }, wanted) => {
    const without = judged === undefined ? SEARCH.without : judgedWithout(judged)
    expect(planTips(tips(text), { ...SEARCH, without, ...over })).toEqual({ ...NOTHING, ...wanted })
  })
})

describe('148: nothing is promoted that was taken back since', () => {
  const A = 'what landed first'
  test.each<[string, string, Partial<TipPlan>]>([
    [`${A} is taken back`, 'g0.', { overtaken: '0', judge: ['1'] }],
    [
      `${A} is taken back and that is taken back: it is there for good`,
      'g0.1.',
      { promote: '0', judge: ['2'] },
    ],
    [
      'but not what takes it back: the next one would bring it, and close nothing',
      '.0g1.',
      { overtaken: '1', judge: ['2'] },
    ],
    [
      `${A} is taken back twice, with what brought it back between`,
      'g0.1.0.',
      { overtaken: '0', judge: ['3'] },
    ],
    [`${A} is taken back by two`, 'g0.0.', { overtaken: '0', judge: ['2'] }],
    [`${A} landed anew: nothing of the old comes`, 'g0..', { overtaken: '0', judge: ['2'] }],
    ['it comes with what takes it back', 'g0.g', { promote: '2', drop: ['0'] }],
    ['of two that are taken back by one', '.g.01.', { overtaken: '1', judge: ['3'] }],
  ])('%s', (_, text, wanted) => {
    const plan = planTips(tips(text), SEARCH)
    expect(plan).toMatchObject(wanted)
  })

  test.each<[string, string, Partial<TipPlan>]>([
    ['what people take back now', 'gg.', { promote: '0', overtaken: '1', judge: ['2'] }],
    ['until it is gone', 'gg1g', { promote: '2' }],
  ])('nor %s', (_, text, wanted) => {
    expect(planTips(tips(text), { ...SEARCH, leaving: ['1'] })).toMatchObject(wanted)
  })

  test('nor by our merge of the default branch, which stands for all below it', () => {
    const merge: Tip = { key: 'm', state: 'green', undoes: [], brings: ['a', 'm'] }
    const back: Tip = { key: 'r', state: 'unknown', undoes: ['a'] }
    expect(planTips([merge, back], SEARCH)).toMatchObject({ promote: null, overtaken: 'm', judge: ['r'] })
  })
})

/** What happens until nothing is left to do: each round all that was asked for is judged; what takes culprits back is judged, too. */
function play(given: readonly boolean[], flaky: (key: string, time: number) => boolean) {
  const state = given.map((bad, i) => ({ key: String(i), bad, undoes: [] as string[] }))
  const known = new Map<string, Tip['state']>()
  const times = new Map<string, number>()
  const seen = { runs: 0, rounds: 0, back: [] as string[], tangled: false }
  let keys: readonly string[] = []
  let isStuck = false
  const isRed = (at: number, left: readonly string[] = []) =>
    state.slice(0, at + 1).some(({ key, bad }) => {
      const back = state.findIndex(one => one.undoes.includes(key))
      return bad && !left.includes(key) && (back < 0 || back > at)
    })
  const judge = (key: string) => {
    const time = (times.get(key) ?? 0) + 1
    times.set(key, time)
    seen.runs += 1
    const [tip, ...left] = key.split(' ')
    const red =
      isRed(
        state.findIndex(one => one.key === tip),
        left,
      ) || flaky(key, time)
    known.set(key, red ? (time > 1 ? 'red' : 'doubted') : 'green')
  }
  for (; seen.rounds < 100; seen.rounds++) {
    const plan = planTips(
      state.map(({ key, undoes }) => ({ key, undoes, state: known.get(key) ?? 'unknown' })),
      {
        ...SEARCH,
        without: new Map([...known].filter(([key]) => key.includes(' '))),
        taking: { keys, isStuck },
      },
    )
    if (plan.promote !== null) expect(isRed(state.findIndex(one => one.key === plan.promote))).toBe(false)
    for (const key of [...plan.judge, ...(plan.again === null ? [] : [plan.again])]) judge(key)
    const due = plan.culprits.filter(key => !state.some(one => one.undoes.includes(key)))
    if (due.length > 0 && due.some(key => !keys.includes(key))) {
      // All of them by one pull request, which lands when it is green.
      seen.runs += 1
      keys = due
      isStuck = isRed(state.length - 1, due)
      if (isStuck) continue
      seen.back.push(...due)
      state.push({ key: `${due.join('+')}back`, bad: false, undoes: [...due] })
    } else if (plan.judge.length === 0 && plan.again === null) {
      seen.tangled = plan.tangled !== null
      return { ...seen, promoted: plan.promote === state.at(-1)?.key }
    }
  }
  throw new Error('no end of it')
}

/** Each round asks three places: a quarter is left of what was to be searched. */
const rounds = (length: number) => 1 + Math.ceil(Math.log(length) / Math.log(4)) + 1

test('147: whatever lands, one culprit is found and taken back, and only green tips are promoted, with few judgements', () => {
  for (let length = 1; length <= 40; length++) {
    for (let culprit = 0; culprit < length; culprit++) {
      const found = play(
        Array.from({ length }, (_, i) => i === culprit),
        () => false,
      )
      expect(found).toMatchObject({ back: [String(culprit)], promoted: true, tangled: false })
      // The newest, the search, a second look, and the tip that takes it back.
      expect(found.rounds).toBeLessThanOrEqual(rounds(length) + 5)
      expect(found.runs).toBeLessThanOrEqual(4 + 3 * rounds(length))
    }
  }
})

test('O3: whatever is red only once is never taken back, and the newest is promoted', () => {
  for (let length = 1; length <= 12; length++) {
    for (let flake = 0; flake < 2 ** length; flake++) {
      const isFlaky = (key: string, time: number) => time === 1 && (flake & (1 << Number(key))) !== 0
      const found = play(Array<boolean>(length).fill(false), isFlaky)
      expect(found).toMatchObject({ back: [], promoted: true })
    }
  }
})

test('147: of two or three that are red side by side each is found and taken back, and nothing red is promoted', () => {
  const length = 9
  const places = Array.from({ length }, (_, i) => i)
  const sets = places.flatMap(a =>
    places.slice(a + 1).flatMap(b => [[a, b], ...places.slice(b + 1).map(c => [a, b, c])]),
  )
  for (const culprits of sets) {
    const found = play(
      places.map(i => culprits.includes(i)),
      () => false,
    )
    expect(found, culprits.join()).toMatchObject({
      back: culprits.map(String),
      promoted: true,
      tangled: false,
    })
    // For each: what takes it back, the newest without it, the search, and a second look.
    expect(found.runs).toBeLessThanOrEqual(culprits.length * (3 + 3 * rounds(length)) + 3)
  }
})
