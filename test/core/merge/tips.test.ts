import { describe, expect, test } from 'vitest'
import { planTips, type Tip, type TipPlan } from '../../../core/merge/tips.ts'

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
 * A digit before one: it takes back the tip of that place.
 */
function tips(text: string): Tip[] {
  return [...text.matchAll(/(\d?)(\D)/g)].map(([, undoes, letter], i) => ({
    key: String(i),
    state: STATES[letter as keyof typeof STATES],
    undoes: undoes === '' ? null : undoes!,
  }))
}

const NOTHING: TipPlan = {
  promote: null,
  overtaken: null,
  judge: [],
  again: null,
  culprit: null,
  tangled: null,
  drop: [],
}

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
    ['red twice: that landing', '.gx', { promote: '1', culprit: '2' }],
    ['a single one that is red', 'x', { culprit: '0' }],
    ['what lands on top of it may mend it', 'x.', { judge: ['1'], culprit: '0' }],
    ['mended: promotion goes on', 'x.g', { promote: '2', drop: ['0'] }],
    ['still red after it: the first of them', 'x..d', { culprit: '0' }],
    ['taken back: that is judged', 'x0.', { culprit: '0', judge: ['1'] }],
    ['at once, whatever runs below it', 'xr0.', { culprit: '0', judge: ['2'] }],
    ['taken back and green', 'x.0g', { promote: '2', drop: ['0'] }],
    [
      'green with what is taken back above it: not without that',
      'gxg1.',
      { promote: '0', overtaken: '2', drop: ['0', '1'], judge: ['3'] },
    ],
    ['which comes with the next one', 'gxg1g', { promote: '3', drop: ['0', '1', '2'] }],
    ['what was promoted before may be taken back', 'g7.', { promote: '0', judge: ['1'] }],
    ['red above that: searched from there', 'x.0..d', { culprit: '0', judge: ['2', '3'] }],
    ['red itself, once', 'x.0d', { culprit: '0', again: '2' }],
    ['red itself, twice: for a person', 'x.0x', { culprit: '0', tangled: '2' }],
    ['who may mend that with something newer', 'x.0x.', { culprit: '0', tangled: '2', judge: ['3'] }],
  ])('%s', (_, text, wanted) => {
    expect(planTips(tips(text), { places: 3, below: 'green' })).toEqual({ ...NOTHING, ...wanted })
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
    ['right after a green one it is that landing', '.gx', { promote: '1', culprit: '2' }],
  ])('%s', (_, text, wanted) => {
    expect(planTips(tips(text), { places: 3, below: 'unknown' })).toEqual({ ...NOTHING, ...wanted })
  })
})

/** What happens until nothing is left to do: each round all that was asked for is judged; a culprit is taken back at once. */
function play(given: readonly boolean[], flaky: (key: string, time: number) => boolean) {
  const state = given.map((bad, i) => ({ key: String(i), bad, undoes: null as string | null }))
  const known = new Map<string, Tip['state']>()
  const times = new Map<string, number>()
  const seen = { runs: 0, rounds: 0, back: [] as string[], tangled: false }
  const isRed = (at: number) =>
    state.slice(0, at + 1).some(({ key, bad }) => {
      const back = state.findIndex(one => one.undoes === key)
      return bad && (back < 0 || back > at)
    })
  const judge = (key: string) => {
    const time = (times.get(key) ?? 0) + 1
    times.set(key, time)
    seen.runs += 1
    const red = isRed(state.findIndex(one => one.key === key)) || flaky(key, time)
    known.set(key, red ? (time > 1 ? 'red' : 'doubted') : 'green')
  }
  for (; seen.rounds < 100; seen.rounds++) {
    const plan = planTips(
      state.map(({ key, undoes }) => ({ key, undoes, state: known.get(key) ?? 'unknown' })),
      { places: 3, below: 'green' },
    )
    if (plan.promote !== null) expect(isRed(state.findIndex(one => one.key === plan.promote))).toBe(false)
    for (const key of [...plan.judge, ...(plan.again === null ? [] : [plan.again])]) judge(key)
    if (plan.culprit !== null && !state.some(one => one.undoes === plan.culprit)) {
      seen.back.push(plan.culprit)
      state.push({ key: `${plan.culprit} back`, bad: false, undoes: plan.culprit })
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

test('of two that are red side by side the first is taken back, a person hears that one is left, and nothing red is promoted', () => {
  for (let first = 0; first < 10; first++) {
    for (let second = first + 1; second < 10; second++) {
      const found = play(
        Array.from({ length: 10 }, (_, i) => i === first || i === second),
        () => false,
      )
      expect(found).toMatchObject({ back: [String(first)], tangled: true, promoted: false })
    }
  }
})
