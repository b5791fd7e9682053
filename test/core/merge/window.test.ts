import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { listCame } from '../../../core/landing/pace.ts'
import { POLICIES, type Policy, together } from '../../../core/merge/policy.ts'
import { type Came, moveWindow, readWindow } from '../../../core/merge/window.ts'
import type { TaskFacts } from '../../../core/world.ts'
import { at, makeIssue, makePull, makeRecord, makeTask, sha } from '../../make.ts'

const TRAIN: Policy = { ...POLICIES.train, window: together(8) }
/** `l` landed, `x` was red; one a minute. */
const came = (text: string): Came[] =>
  [...text].map((letter, i) => ({ at: i, is: letter === 'l' ? 'landed' : 'failed' }))

describe('the window', () => {
  test.each<[string, string, number]>([
    ['all that the configuration takes, before anything happened', '', 8],
    ['and never more', 'lll', 8],
    ['halves for each failure', 'x', 4],
    ['down to two: alone is no combination', 'xxxx', 2],
    ['grows by one for each landing', 'xxll', 4],
    ['until it is as large as before', 'xllllll', 8],
    ['only what came after a failure lets it grow again', 'llllx', 4],
  ])('%s', (_, text, wanted) => {
    expect(readWindow(TRAIN, came(text))).toBe(wanted)
  })

  test('where one is all that may land together, it stays one', () => {
    expect(readWindow({ ...TRAIN, window: together(1) }, came('xlxl'))).toBe(1)
  })
  test('of other policies it stays as it is', () => {
    expect(readWindow(POLICIES.bors, came('xxx'))).toBe(8)
  })

  const history = fc.array(
    fc.record<Came>({ at: fc.nat({ max: 50 }), is: fc.constantFrom('landed', 'failed') }),
    { maxLength: 60 },
  )
  const policies = fc.oneof(
    fc.constant<Policy>(POLICIES.zuul),
    fc.integer({ min: 1, max: 30 }).map((most): Policy => ({ ...TRAIN, window: together(most) })),
  )

  test('whatever happened, it keeps its bounds, whoever tells it in whatever order, and as if it had been moved step by step', () => {
    fc.assert(
      fc.property(policies, history, fc.nat(), (policy, all, turn) => {
        const window = readWindow(policy, all)
        const { floor, most, start } = policy.window
        expect(window).toBeGreaterThanOrEqual(floor)
        expect(window).toBeLessThanOrEqual(most)
        const turned = all.map((_, i) => all[(i + turn) % all.length]!)
        expect(readWindow(policy, turned)).toBe(window)
        const times = [...new Set(all.map(one => one.at))].toSorted((a, b) => a - b)
        const stepwise = times.reduce((size, time) => {
          const then = all.filter(one => one.at === time)
          const landed = then.filter(one => one.is === 'landed').length
          return moveWindow(policy, size, { landed, failed: then.length - landed })
        }, start)
        // At one moment failures count first, so that both ways come to the same, but for the floor of several at once.
        expect(Math.abs(stepwise - window)).toBeLessThanOrEqual(1)
      }),
      { seed: 6, numRuns: 500 },
    )
  })

  test('one more landing never makes it smaller, one more failure never larger', () => {
    fc.assert(
      fc.property(policies, history, fc.nat({ max: 60 }), (policy, all, time) => {
        const window = readWindow(policy, all)
        expect(readWindow(policy, [...all, { at: time, is: 'landed' }])).toBeGreaterThanOrEqual(window)
        expect(readWindow(policy, [...all, { at: time, is: 'failed' }])).toBeLessThanOrEqual(window)
      }),
      { seed: 7, numRuns: 500 },
    )
  })
})

describe('what it is read from', () => {
  const revision = (cause: string, when: number, why: 'ci' | 'review' = 'ci') => ({
    attempt: 2,
    why,
    by: null,
    at: when,
    text: '',
    told: true,
    from: 'head' as const,
    cause,
  })
  const task = (over: Partial<TaskFacts>) => makeTask({ attempts: new Map([[1, sha(1)]]), ...over })
  const merged = (closedAt: number | null) =>
    task({ issue: makeIssue({ state: 'closed', closedAt }), pull: makePull({ state: 'merged' }) })
  const red = (...revisions: ReturnType<typeof revision>[]) => task({ record: makeRecord({ revisions }) })
  const DAY = 24 * 60

  test.each<[string, TaskFacts, Came[]]>([
    ['who landed', merged(at(5)), [{ at: at(5), is: 'landed' }]],
    ['who landed a day ago says nothing any more', merged(at(60 - DAY)), []],
    ['who has not been promoted yet', merged(null), []],
    [
      'red after it had been brought up to date',
      red(revision(`ci:${sha(9)}`, at(6))),
      [{ at: at(6), is: 'failed' }],
    ],
    ['red before that, nobody was waiting for it', red(revision(`ci:${sha(1)}`, at(6))), []],
    ['a review is no failure of landing', red(revision('review:3', at(6), 'review')), []],
    ['nor is what nothing was recorded of', task({ record: null }), []],
  ])('%s', (_, one, wanted) => {
    expect(listCame([one], at(60))).toEqual(wanted)
  })
})
