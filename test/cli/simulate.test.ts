import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { UsageError } from '../../cli/outcome.ts'
import { axisOf } from '../../cli/simulate/axes.ts'
import { learn, openLanes, placesOf, policyNow } from '../../cli/simulate/lanes.ts'
import { average, measure } from '../../cli/simulate/measure.ts'
import { drawQueues } from '../../cli/simulate/picture.ts'
import { readRecorded } from '../../cli/simulate/recorded.ts'
import { SIMULATED, type Simulated, simulate } from '../../cli/simulate/simulate.ts'
import { type Arrival, MODEL, type Model, makeProject } from '../../cli/simulate/world.ts'
import { simulateMerge } from '../../cli/simulatemerge.ts'
import { POLICIES } from '../../core/merge/policy.ts'

const BURST: Model = { ...MODEL, burst: 20, runners: 6 }
const play = (policy: Simulated, model: Model = BURST) => simulate(model, makeProject(model, null), policy)

test.each(SIMULATED)('%s brings everybody of a burst to an end', policy => {
  const { fates, untested } = play(policy)
  expect(fates.size).toBe(20)
  if (policy !== 'oracle' && !policy.startsWith('lanes')) expect(untested).toBe(0)
})

describe.each([{ ownCi: false }, { ownCi: true }])(
  'nobody is faster than the oracle, $ownCi',
  ({ ownCi }) => {
    const SEEDS = [1, 2, 3, 4, 5]
    const means = (policy: Simulated, change: Partial<Model>) => {
      const all = SEEDS.map(seed => {
        const fates = [...play(policy, { ...MODEL, ownCi, ...change, seed }).fates.values()]
        const landed = fates.filter(({ is }) => is === 'landed')
        const wait = landed.reduce((sum, one) => sum + one.at - one.arrival.at, 0) / landed.length
        return { wait, drained: Math.max(...landed.map(({ at }) => at)) }
      })
      const mean = (key: 'wait' | 'drained') => all.reduce((sum, one) => sum + one[key], 0) / all.length
      return { wait: mean('wait'), drained: mean('drained') }
    }
    const wide = { hours: 3 }
    const scarce = { rate: 8, hours: 6, runners: 2 }
    const burst = { burst: 30, runners: 5 }
    const easy = { burst: 8, bad: 0, conflict: 0, hidden: 0, flake: 0 }
    const oracle = {
      wide: means('oracle', wide),
      scarce: means('oracle', scarce),
      burst: means('oracle', burst),
      easy: means('oracle', easy),
    }
    test.each(SIMULATED.filter(policy => policy !== 'oracle'))('%s', policy => {
      expect(means(policy, wide).wait).toBeGreaterThan(oracle.wide.wait)
      expect(means(policy, scarce).wait).toBeGreaterThan(oracle.scarce.wait)
      const { wait, drained } = means(policy, burst)
      expect(wait).toBeGreaterThan(oracle.burst.wait)
      expect(drained).toBeGreaterThan(oracle.burst.drained)
      // Nor by the luck of judging the first of a line by several runs.
      expect(means(policy, easy).wait).toBeGreaterThan(oracle.easy.wait)
    })
  },
)

test('with own CI none comes that is bad alone, and every policy sees the same evidence', () => {
  const model: Model = { ...BURST, ownCi: true, bad: 0.5, conflict: 0, hidden: 0, flake: 0 }
  const bad = makeProject(model, null).arrivals.filter(one => one.bad).length
  for (const policy of ['lanes', 'exact', 'oracle'] as const) {
    const fates = [...play(policy, model).fates.values()]
    expect(fates.filter(({ is }) => is === 'returned')).toHaveLength(bad)
    expect(fates.filter(({ at, is }) => is === 'returned' && at > 0)).toEqual([])
  }
  expect(play('oracle', model).runs).toBe(0)
  // What shares nothing with others lands by its own CI; the rest of a lane takes a run.
  const { runs, fates } = play('lanes', model)
  expect([...fates.values()].filter(({ at, is }) => is === 'landed' && at === 0).length).toBeGreaterThan(0)
  expect(runs).toBeLessThan(20 - bad)
})

test('the same seed gives the same history, another one another', () => {
  expect(play('exact').queue).toEqual(play('exact').queue)
  expect(play('exact').queue).not.toEqual(play('exact', { ...BURST, seed: 2 }).queue)
})

test('in a world without faults each lands by one run', () => {
  const model = { ...BURST, runners: 20, bad: 0, conflict: 0, hidden: 0, flake: 0 }
  expect(measure(play('exact', model), model)).toMatchObject({ runsEach: 1, left: 0, redADay: 0 })
})

test('who is bad alone goes back after two runs, and nobody else', () => {
  const model = { ...BURST, burst: 1, bad: 1, flake: 0 }
  const { fates, runs } = play('exact', model)
  expect([...fates.values()]).toMatchObject([{ is: 'returned', guilty: true }])
  expect(runs).toBe(2)
})

test('an integration branch that broke is mended, and only green tips are promoted', () => {
  const model = { ...BURST, burst: 60, hidden: 0.02, runners: 20, flake: 0 }
  const { tip, broken } = play('lanes', model)
  expect(broken).toBeGreaterThan(0)
  expect(tip).toMatchObject({ broken: new Map(), judging: [], badPromotions: 0, falseReverts: 0 })
  expect(tip!.redMinutes).toBeGreaterThan(0)
})

test('a burst is over when the last has landed, though the integration branch is judged for longer', () => {
  const history = play('lanes', { ...BURST, flake: 0 })
  const { drained, landedAnHour } = measure(history, BURST)
  expect(history.end).toBeGreaterThan(drained)
  const landed = [...history.fates.values()].filter(({ is }) => is === 'landed').length
  expect(landedAnHour).toBeCloseTo((landed / drained) * 60)
})

test('a seed in which none landed says nothing of waits, and the others go on telling', () => {
  const model = { ...BURST, burst: 1, flake: 0 }
  const [landed, none] = [0, 1].map(bad => measure(play('exact', { ...model, bad }), model))
  expect(none!.p95).toBeNaN()
  expect(average([landed!, none!]).p95).toBe(landed!.p95)
})

describe('lanes learn as in production', () => {
  const apart: Model = {
    ...MODEL,
    burst: 80,
    runners: 20,
    hidden: 0.02,
    bad: 0,
    conflict: 0,
    flake: 0,
    seed: 3,
  }
  test('what broke together waits for one another: fewer break', () => {
    const { tip } = play('lanes', apart)
    expect(tip!.reds.length).toBeGreaterThan(0)
    expect(new Set(tip!.reds.map(({ key }) => key)).size).toBe(tip!.reds.length)
    const project = makeProject(apart, null)
    const first = project.arrivals[Number(tip!.reds[0]!.key) - 1]!
    const lanes = openLanes(POLICIES.lanes)
    const other: Arrival = { number: 99, at: 0, touches: ['elsewhere'], bad: false }
    const landed = [{ arrival: other }, { arrival: first }]
    expect(learn(lanes, { ...tip!, reds: tip!.reds.slice(0, 1) }, landed)).toBe(true)
    const shared = placesOf(lanes, other).filter(place => placesOf(lanes, first).includes(place))
    expect(shared).toHaveLength(1)
    // Once for each.
    expect(learn(lanes, { ...tip!, reds: tip!.reds.slice(0, 1) }, landed)).toBe(false)
  })
  test('too many red ones in a day close them: from then on only what was judged as it lands does', () => {
    const [open, closed] = [play('lanes', { ...apart, reds: 1000 }), play('lanes', { ...apart, reds: 0 })]
    expect(closed.untested).toBeLessThan(open.untested)
    expect(closed.tip!.reds.length).toBeLessThanOrEqual(open.tip!.reds.length)
    expect(closed.fates.size).toBe(80)
    const at = (minute: number) => ({ model: { ...apart, reds: 0 }, now: minute })
    const [red] = closed.tip!.reds
    const lanes = openLanes(POLICIES.lanes)
    const tip = { ...closed.tip!, reds: [red!] }
    expect(policyNow(lanes, tip, at(red!.at + 1))).toBe(POLICIES.train)
    expect(policyNow(lanes, tip, at(red!.at + 24 * 60))).toBe(POLICIES.lanes)
  })
})

describe('the command', () => {
  test('tells each policy in a column, and as JSON', () => {
    const { text, json } = simulateMerge([
      '--policy',
      'exact,oracle',
      '--arrivals',
      'burst:5',
      '--seeds',
      '1',
    ])
    expect(text.split('\n')[2]?.trim().split(/ +/)).toEqual(['exact', 'oracle'])
    expect(text).toMatch(/^landed per hour +\d+\.\d +\d+\.\d$/m)
    expect(text).toMatch(/^Arrivals: .* Seed 1\.\n/)
    expect(json).toMatchObject({
      model: { ownCi: false },
      seeds: [1],
      results: [{ policy: 'exact' }, { policy: 'oracle' }],
    })
  })
  test('own CI can be told to have passed', () => {
    const asked = ['--policy', 'lanes,oracle', '--arrivals', 'burst:5', '--seeds', '1', '--own-ci']
    const { text, json } = simulateMerge(asked)
    expect(text).toMatch(/^Arrivals: .* own CI passed before; /)
    expect(text).toMatch(/^wait, P95, minutes +\d+ +0$/m)
    expect(json).toMatchObject({ model: { ownCi: true } })
  })
  test.each([
    [['--policy', 'nope'], /no policy "nope"/],
    [['--runners', '0'], /from 1 to 1000; found "0"/],
    [['--runners', '1.5'], /^--runners must be a whole number from 1 to 1000; found "1.5"/],
    [['--arrivals', 'often'], /neither like "30\/h"/],
    [['--arrivals', 'burst:0'], /^--arrivals must be a number from 1 to 10000; found "0"/],
    [['--arrivals', '0/h'], /^--arrivals must be a number from 0.1 to 10000; found "0"/],
    [['--colour', 'red'], /colour/],
    [
      ['--policy', 'exact', '--arrivals', 'burst:1', '--seeds', '1', '--svg', 'no/such/folder/x.svg'],
      /^--svg: "no\/such\/folder\/x\.svg" cannot be written: there is no such folder/,
    ],
  ])('%s is refused', (args, why) => {
    expect(() => simulateMerge(args)).toThrow(UsageError)
    expect(() => simulateMerge(args)).toThrow(why)
  })
  test('draws the queue in steps', () => {
    const svg = drawQueues([{ policy: 'exact', history: play('exact') }], '')
    expect(svg.match(/<polyline /g)).toHaveLength(2)
    // Nobody lands little by little: each piece of the queue is level, or upright.
    const [, line = ''] = /points="([^"]*)"/.exec(svg) ?? []
    const points = line.split(' ').map(point => point.split(',').map(Number) as [number, number])
    const slopes = points.filter(([x, y], i) => i > 0 && x !== points[i - 1]![0] && y !== points[i - 1]![1])
    expect(points.length).toBeGreaterThan(4)
    expect(slopes).toEqual([])
  })
  test.each([['0x10'], ['1e1'], [' 5']])('--ci %s is no number that people write', text => {
    expect(() => simulateMerge(['--ci', text])).toThrow(
      `--ci must be a number from 0.1 to 1000; found "${text}"`,
    )
  })
  test('of a single hour waits are told too', () => {
    const { text } = simulateMerge(['--policy', 'oracle', '--hours', '1', '--seeds', '1'])
    expect(text).toContain('Waits of who came after minute 15.')
    expect(text).toMatch(/^wait, P95, minutes +\d+$/m)
  })
  test('draws both charts: axes with units, and lines that differ by more than their colour', () => {
    const drawn = SIMULATED.map(policy => ({ policy, history: play(policy) }))
    const svg = drawQueues(drawn, 'as <i>&"here".jsonl has them')
    expect(svg.match(/<polyline /g)).toHaveLength(16)
    expect(svg).not.toContain('NaN')
    expect(svg).toContain('as &#60;i&#62;&#38;&#34;here&#34;.jsonl has them')
    for (const words of [
      'pull requests',
      'minutes since the beginning',
      'minutes until landed',
      '>20<',
      '>100<',
    ])
      expect(svg).toContain(words)
    const looks = svg.matchAll(/<polyline [^>]*stroke="(#\w+)" stroke-dasharray="([^"]+)"/g)
    expect(new Set([...looks].map(([, color, dash]) => `${color} ${dash}`)).size).toBe(8)
    expect(svg).toContain('prefers-color-scheme: dark')
  })
  test.each([
    [1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [7, [0, 2, 4, 6, 8]],
    [60, [0, 10, 20, 30, 40, 50, 60]],
    [1234, [0, 500, 1000, 1500]],
  ])('an axis up to %d', (most, ticks) => {
    expect(axisOf(most)).toEqual({ most: ticks.at(-1), ticks })
  })
})

describe('a recorded history', () => {
  test('is read in the order of time', () => {
    const text = '{"at": 2, "touches": ["b"]}\n\n{"at": 1, "touches": []}\n'
    expect(readRecorded(text)).toEqual({
      ok: true,
      value: [
        { at: 0, touches: [] },
        { at: 1, touches: ['b'] },
      ],
    })
  })
  test('begins with the first, whenever that was', () => {
    const text = '{"at": 29000000, "touches": []}\n{"at": 29000030, "touches": []}\n'
    expect(readRecorded(text)).toMatchObject({ ok: true, value: [{ at: 0 }, { at: 30 }] })
  })
  test('of decades is one in seconds', () => {
    const read = readRecorded('{"at": 0, "touches": []}\n{"at": 1e9, "touches": []}\n')
    expect(read).toMatchObject({
      ok: false,
      problems: [{ message: expect.stringMatching(/told in minutes; .* it is 694444 days/) }],
    })
  })
  test('tells the waits of all, however short it is', () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'history-'))
    const file = join(folder.path, 'history.jsonl')
    writeFileSync(file, '{"at": 0, "touches": ["a"]}\n{"at": 6.5, "touches": ["b"]}\n')
    const asked = ['--policy', 'oracle', '--bad', '0', '--flake', '0', '--seeds', '1', '--arrivals', file]
    const { text } = simulateMerge(asked)
    expect(text).toMatch(/^Arrivals: 2 over 7 minutes, as .*history\.jsonl has them\. CI/)
    expect(text).toMatch(/^wait, P95, minutes +\d+$/m)
  })
  test.each(['{"at": -1, "touches": []}', '{"at": 1}', 'x', ''])('%j is told by its line', text => {
    expect(readRecorded(text)).toMatchObject({ ok: false })
  })
})
