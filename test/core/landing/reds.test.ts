import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readLanding } from '../../../core/landing/landing.ts'
import { addReds, closedUntil, closeLanes } from '../../../core/landing/reds.ts'
import { scopesMeet } from '../../../core/paths/overlap.ts'
import { plan } from '../../../core/plan.ts'
import { coupleFiles } from '../../../core/schedule/scope.ts'
import { at, makeConfig, makeRules, makeWorld } from '../../make.ts'
import { makeReady } from './ready.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const reds = (...hours: number[]) => hours.map((hour, i) => ({ sha: String(i), at: hour * HOUR }))
const lanes = (most: number) => makeConfig({ merge: { strategy: 'lanes', reds: most } }).merge

describe('lanes close when they made the branch red too often', () => {
  test.each<[string, ReturnType<typeof reds>, number, number, number | null]>([
    ['never red', [], 2, 30, null],
    ['as often as they may', reds(1, 2), 2, 3, null],
    ['once more: until the oldest is a day old', reds(1, 2, 3), 2, 3, 25],
    ['twice more: until the second is', reds(1, 2, 3, 4), 2, 4, 26],
    ['then they are open again', reds(1, 2, 3), 2, 25, null],
    ['old ones count for nothing', reds(1, 2, 30), 0, 31, 54],
    ['not at all: the first closes them', reds(5), 0, 6, 29],
  ])('%s', (_, known, most, hour, wanted) => {
    expect(closedUntil(lanes(most), known, hour * HOUR)).toBe(wanted === null ? null : wanted * HOUR)
  })

  test('closed, only what was judged as it lands does, on the same branch; and they come back', () => {
    const config = makeConfig({ merge: { strategy: 'lanes', reds: 0 } })
    const rules = makeRules()
    const pathAt = (hour: number) => {
      const now = closeLanes({ ok: true, value: config }, reds(5), hour * HOUR)
      if (!now.ok) throw new Error('it was readable')
      return readLanding({ rules, methods: ['squash', 'merge'], merge: now.value.merge }).path
    }
    expect([4, 6, 28, 29].map(pathAt)).toEqual(['train', 'train', 'train', 'lanes'])
  })

  test('whoever looks at a gate reads until when, and what holds meanwhile', () => {
    const open = makeConfig({ merge: { strategy: 'lanes', reds: 0 } })
    const known = [{ sha: '0', at: at(0) }]
    const { ledger } = makeWorld()
    const world = makeWorld({
      tasks: [makeReady(1, { labels: ['hold'] })],
      config: closeLanes({ ok: true, value: open }, known, at(60)),
      ledger: { ...ledger, controls: { ...ledger.controls, reds: known } },
    })
    const { effects } = plan(world, { now: at(60), digest: () => 'd'.repeat(64) })
    const gate = effects.find(effect => effect.do === 'gate')
    expect(gate?.summary).toMatch(/Lanes are closed until \d{4}-\d\d-\d\d \d\d:\d\d UTC/)
    expect(gate?.summary).toMatch(/How it lands here: \*\*train\*\*\. Promise: exact, verified after landing/)
  })

  test('other strategies have none to close', () => {
    const config = { ok: true, value: makeConfig({ merge: { reds: 0 } }) } as const
    expect(closeLanes(config, reds(1), HOUR)).toBe(config)
  })

  test('whatever happened, they are open a day after the last red landing, and closed only when there were too many', () => {
    const hours = fc.array(fc.nat({ max: 200 }), { maxLength: 30 })
    fc.assert(
      fc.property(hours, fc.nat({ max: 6 }), fc.nat({ max: 250 }), (known, most, hour) => {
        const all = reds(...known).reduce<{ sha: string; at: number }[]>(
          (sum, one) => addReds(sum, [one]),
          [],
        )
        const now = hour * HOUR
        const until = closedUntil(lanes(most), all, now)
        const recent = all.filter(({ at }) => now - at < DAY).length
        expect(until !== null).toBe(recent > most)
        if (until === null) return
        expect(until).toBeGreaterThan(now)
        // By then so many have grown old that they are open, if nothing else happens.
        const then = all.filter(({ at }) => at <= now)
        if (then.length === all.length) expect(closedUntil(lanes(most), all, until)).toBeNull()
      }),
      { seed: 6, numRuns: 300 },
    )
  })
})

describe('what was red together is one place from then on', () => {
  const meets = (pattern: string | undefined, path: string) => scopesMeet([pattern ?? ''], [path]) !== null
  test('all files of the one, and all of the other, whatever is in their names', () => {
    const both = coupleFiles(['src/a,b.ts', 'src/[c].ts'], ['lib/d.ts'])
    expect(both?.[1]).toBe('lib/d.ts')
    expect(['src/a,b.ts', 'src/\\[c\\].ts'].map(path => meets(both?.[0], path))).toEqual([true, true])
    expect(['src/a', 'b.ts', 'src/c.ts', 'lib/d.ts'].map(path => meets(both?.[0], path))).toEqual([
      false,
      false,
      false,
      false,
    ])
  })
  test.each<[string, string[], string[]]>([
    ['who share a file wait for each other anyway', ['a.ts', 'b.ts'], ['b.ts']],
    [
      'who changes very much has to do with too much',
      Array.from({ length: 9 }, (_, i) => `${i}.ts`),
      ['b.ts'],
    ],
    ['nobody knows which files', [], ['b.ts']],
  ])('%s', (_, ours, theirs) => {
    expect(coupleFiles(ours, theirs)).toBeNull()
    expect(coupleFiles(theirs, ours)).toBeNull()
  })
})
