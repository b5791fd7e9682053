import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { UsageError } from '../../cli/outcome.ts'
import { learn, openLanes, placesOf, policyNow } from '../../cli/simulate/lanes.ts'
import { measure } from '../../cli/simulate/measure.ts'
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
    expect(json).toMatchObject({ seeds: [1], results: [{ policy: 'exact' }, { policy: 'oracle' }] })
  })
  test.each([
    [['--policy', 'nope'], /no policy "nope"/],
    [['--runners', '0'], /from 1 to 1000; found "0"/],
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
  test('draws both charts', () => {
    const svg = drawQueues([{ policy: 'exact', history: play('exact') }])
    expect(svg.match(/<polyline /g)).toHaveLength(2)
    expect(svg).not.toContain('NaN')
  })
})

describe('a recorded history', () => {
  test('is read in the order of time', () => {
    const text = '{"at": 2, "touches": ["b"]}\n\n{"at": 1, "touches": []}\n'
    expect(readRecorded(text)).toEqual({
      ok: true,
      value: [
        { at: 1, touches: [] },
        { at: 2, touches: ['b'] },
      ],
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
