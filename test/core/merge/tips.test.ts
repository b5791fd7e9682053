import { describe, expect, test } from 'vitest'
import { planTips, type Tip } from '../../../core/merge/tips.ts'

const STATES = { '.': 'unknown', r: 'running', g: 'green', x: 'red' } as const
/** Oldest first, by their place: `.` not judged, `r` running, `g` green, `x` red. */
const tips = (text: string): Tip[] =>
  [...text].map((letter, i) => ({ key: String(i), state: STATES[letter as keyof typeof STATES] }))

describe('tips of the integration branch', () => {
  test.each<[string, string, ReturnType<typeof planTips>]>([
    ['nothing has landed', '', { promote: null, judge: [], culprit: null, drop: [] }],
    ['the newest is judged first', '...', { promote: null, judge: ['2'], culprit: null, drop: [] }],
    ['one at a time', '.r.', { promote: null, judge: [], culprit: null, drop: [] }],
    ['a green one promotes all before it', '.g.', { promote: '1', judge: ['2'], culprit: null, drop: [] }],
    [
      'a newer green one makes the older needless',
      'grg',
      { promote: '2', judge: [], culprit: null, drop: ['0', '1'] },
    ],
    ['red: searched in between', '...x', { promote: null, judge: ['0', '1', '2'], culprit: null, drop: [] }],
    [
      'in pieces of like length',
      '.......x',
      { promote: null, judge: ['1', '3', '5'], culprit: null, drop: [] },
    ],
    ['not twice, and no more at once', '.r.r...x', { promote: null, judge: ['5'], culprit: null, drop: [] }],
    ['green below it narrows it', '.g..x', { promote: '1', judge: ['2', '3'], culprit: null, drop: [] }],
    ['red right after green: that landing', '.gx', { promote: '1', judge: [], culprit: '2', drop: [] }],
    ['a single one that is red', 'x', { promote: null, judge: [], culprit: '0', drop: [] }],
    ['what lands on top of it may mend it', 'x.', { promote: null, judge: ['1'], culprit: '0', drop: [] }],
    ['mended: promotion goes on', 'x.g', { promote: '2', judge: [], culprit: null, drop: ['0'] }],
    ['still red after it: the first of them', 'x..x', { promote: null, judge: [], culprit: '0', drop: [] }],
  ])('%s', (_, text, wanted) => {
    expect(planTips(tips(text), 3)).toEqual(wanted)
  })
})

test('147: whatever lands, one culprit is found, and only green tips are promoted, with few judgements', () => {
  for (let length = 1; length <= 40; length++) {
    for (let culprit = 0; culprit < length; culprit++) {
      const truth = (i: number) => (i < culprit ? 'green' : 'red')
      const known = new Map<number, Tip['state']>()
      let runs = 0
      let rounds = 0
      for (let found: string | null = null; found === null; rounds++) {
        const state = Array.from(
          { length },
          (_, i): Tip => ({ key: String(i), state: known.get(i) ?? 'unknown' }),
        )
        const plan = planTips(state, 3)
        if (plan.promote !== null) expect(truth(Number(plan.promote))).toBe('green')
        found = plan.culprit
        if (found !== null) expect(Number(found)).toBe(culprit)
        else expect(plan.judge.length, `${length} ${culprit} stands still`).toBeGreaterThan(0)
        for (const key of plan.judge) known.set(Number(key), truth(Number(key)))
        runs += plan.judge.length
      }
      // Each round asks three places: a quarter is left of what was to be searched.
      expect(rounds).toBeLessThanOrEqual(2 + Math.ceil(Math.log(length) / Math.log(4)) + 1)
      expect(runs).toBeLessThanOrEqual(1 + 3 * (Math.ceil(Math.log(length) / Math.log(4)) + 1))
    }
  }
})
