import { average, type Measures, measure } from '../../cli/simulate/measure.ts'
import { type Over, type Simulated, simulate } from '../../cli/simulate/simulate.ts'
import { MODEL, type Model, makeProject } from '../../cli/simulate/world.ts'
import { type Outcome, planMerges } from '../../core/merge/planmerges.ts'
import { POLICIES } from '../../core/merge/policy.ts'
import type { Item, Run, Snapshot } from '../../core/merge/snapshot.ts'
import type { Bench, Figure } from './figure.ts'

/** Seeds 1 to 20, and the same for every policy: they see the very same arrivals. */
const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1)
const STEADY = '30 an hour, CI 10 min, 20 runners, a day'

export function run(policy: Simulated, change: Partial<Model> = {}, over: Over = {}): Measures {
  return average(
    SEEDS.map(seed => {
      const model = { ...MODEL, ...change, seed }
      return measure(simulate(model, makeProject(model, null), policy, over), model)
    }),
  )
}

/** Figures are compared with "at most": what is to be at least so much is told as what is missing of it. */
export function figure(
  name: string,
  value: number,
  unit: string,
  goal: number | null = null,
  note = '',
): Figure {
  return { name, value, unit, goal, note }
}

export const lanesBench = benchLanes('merge-lanes', {
  ownCi: false,
  about: 'each is judged for landing from when it comes, as in merging.md 3.6',
})
export const ownBench = benchLanes('merge-lanes-own', {
  ownCi: true,
  about: 'each comes when CI of its own has passed, and that counts, as in the app',
})

function benchLanes(name: string, { ownCi, about }: { ownCi: boolean; about: string }): Bench {
  return {
    name,
    about: `Landing in lanes, simulated by the planner in core/merge; ${about}: ${STEADY}; bursts of 100. Means of seeds 1 to ${SEEDS.length}.`,
    run: async () => [...tellSteady(ownCi), ...tellBursts(ownCi), ...tellTips(ownCi)],
  }
}

function tellSteady(ownCi: boolean): Figure[] {
  const [lanes, oracle] = [run('lanes', { ownCi }), run('oracle', { ownCi })]
  return [
    figure(
      'below 27 landed an hour by',
      Math.max(0, 27 - lanes.landedAnHour),
      '',
      0,
      `landed ${lanes.landedAnHour.toFixed(1)}, oracle ${oracle.landedAnHour.toFixed(1)}`,
    ),
    figure('wait to land, 95 of 100', lanes.p95, 'min', 20, `oracle ${oracle.p95.toFixed(1)} min`),
    figure('wait to land, median', lanes.p50, 'min', null, `oracle ${oracle.p50.toFixed(1)} min`),
    figure('runs for landing, each', lanes.runsEach, '', 1.3, `oracle ${oracle.runsEach.toFixed(2)}`),
    figure('all runs, each', lanes.allRunsEach, '', 2.6, 'own CI, landing, tips and promotion'),
  ]
}

function tellBursts(ownCi: boolean): Figure[] {
  return [
    { runners: 20, goal: 85 },
    { runners: 5, goal: 215 },
  ].map(({ runners, goal }) => {
    const change = { ownCi, burst: 100, runners }
    const single = run('lanes', change, { batch: { most: 1, scarce: null } })
    const note = `by one run each: ${single.drained.toFixed(0)} min; oracle ${run('oracle', change).drained.toFixed(1)} min`
    const name = `burst of 100, ${runners} runners, last landed`
    return figure(name, run('lanes', change).drained, 'min', goal, note)
  })
}

function tellTips(ownCi: boolean): Figure[] {
  const [lanes, flaky] = [run('lanes', { ownCi }), run('lanes', { ownCi, flake: 0.05 })]
  return [
    figure('innocent sent back, 1 % flake', lanes.falseReturns * 100, '%', 0.1),
    figure('innocent sent back, 5 % flake', flaky.falseReturns * 100, '%', 0.5),
    figure(
      'integration broken, a day',
      lanes.redADay,
      '',
      null,
      'untested neighbours; the promoted branch never is',
    ),
    figure('time that integration is red', lanes.redTime * 100, '%'),
    figure('red tips that were promoted, a day', lanes.redPromotionsADay + flaky.redPromotionsADay, '', 0),
    figure(
      'sound landings taken back, a day',
      lanes.falseRevertsADay,
      '',
      null,
      'at 5 % flake: ' + flaky.falseRevertsADay.toFixed(2),
    ),
  ]
}

export const exactBench: Bench = {
  name: 'merge-exact',
  about: `Landing exactly what was tested, simulated by the planner in core/merge: ${STEADY}. Means of seeds 1 to ${SEEDS.length}.`,
  async run() {
    const [exact, zuul, train, oracle] = [
      run('exact'),
      run('zuul'),
      run('train', { rate: 12, bad: 0 }),
      run('oracle'),
    ]
    const flaky = run('exact', { flake: 0.05 })
    const batch = measureBatch()
    return [
      figure(
        'below 25 landed an hour by',
        Math.max(0, 25 - exact.landedAnHour),
        '',
        0,
        `landed ${exact.landedAnHour.toFixed(1)}, Zuul’s window ${zuul.landedAnHour.toFixed(1)}, oracle ${oracle.landedAnHour.toFixed(1)}`,
      ),
      figure(
        'wait to land, 95 of 100',
        exact.p95,
        'min',
        zuul.p95,
        `goal: Zuul’s window here (first values: 212 min); oracle ${oracle.p95.toFixed(1)} min`,
      ),
      figure(
        'wait to land, median',
        exact.p50,
        'min',
        zuul.p50,
        `goal: Zuul’s window here; oracle ${oracle.p50.toFixed(1)} min`,
      ),
      figure(
        'runs for landing, each',
        exact.runsEach,
        '',
        zuul.runsEach,
        `goal: Zuul’s window here (first values: 5.7); oracle ${oracle.runsEach.toFixed(2)}`,
      ),
      figure('trees that landed untested', exact.untested + train.untested, '', 0),
      figure('innocent sent back, 1 % flake', exact.falseReturns * 100, '%', 0.1),
      figure('innocent sent back, 5 % flake', flaky.falseReturns * 100, '%', 0.5),
      figure(
        'train, 12 an hour: wait, 95 of 100',
        train.p95,
        'min',
        null,
        `landed ${train.landedAnHour.toFixed(1)} an hour; each landing makes the others start anew; own CI has kept out what is bad alone`,
      ),
      figure('train, 12 an hour: runs for landing, each', train.runsEach, ''),
      figure(
        'red batch of 8 with one culprit: runs',
        batch.runs,
        '',
        7,
        'until 7 have landed, worst place of the culprit',
      ),
      figure('red batch of 8 with one culprit: rounds of CI', batch.rounds, '', 3),
      figure(
        'planning 200 pull requests',
        measurePlanning(),
        'ms',
        50,
        'processor time, the slower of exact and lanes',
      ),
    ]
  },
}

const EIGHT = { ...POLICIES.train, batch: { most: 8, scarce: null }, voids: false }

/** Eight in one run, each of them once the culprit; all runs of a round end together. */
function measureBatch(): { runs: number; rounds: number } {
  const all = Array.from({ length: 8 }, (_, culprit) => playBatch(culprit))
  return { runs: Math.max(...all.map(one => one.runs)), rounds: Math.max(...all.map(one => one.rounds)) }
}

function playBatch(culprit: number): { runs: number; rounds: number } {
  let queue: Item[] = Array.from({ length: 8 }, (_, i) => makeItem(i, []))
  const landed: Item[] = []
  const runs: Run[] = []
  for (let rounds = 0; ; rounds++) {
    for (const one of runs) {
      if (one.state === 'running') one.state = one.members.includes(String(culprit)) ? 'failed' : 'passed'
    }
    for (;;) {
      const outcome = plan({ policy: EIGHT, queue, landed, runs, slots: 8 })
      for (const { members } of outcome.land) {
        landed.push(...members)
        queue = queue.filter(item => !members.includes(item))
      }
      if (landed.length === 7) return { runs: runs.length, rounds }
      for (const { members } of outcome.start) {
        runs.push({
          id: String(runs.length),
          members: members.map(item => item.key),
          after: landed.length,
          state: 'running',
        })
      }
      for (const one of runs) if (outcome.cancel.includes(one.id)) one.state = 'broken'
      if (outcome.land.length === 0) break
    }
  }
}

function makeItem(i: number, surface: readonly string[]): Item {
  return { id: String(i), key: String(i), parents: [], surface, rank: i, failures: 0 }
}

function plan(given: Pick<Snapshot, 'policy' | 'queue' | 'landed' | 'runs' | 'slots'>): Outcome {
  return planMerges({
    ...given,
    window: given.policy.window.start,
    collisions: new Set(),
    coupled: new Set(),
    frozen: false,
  })
}

/** Milliseconds of the processor. */
function measurePlanning(): number {
  const queue = Array.from({ length: 200 }, (_, i) => makeItem(i, [`m${i % 60}`, `m${(i * 7) % 60}`]))
  const times = ([POLICIES.exact, POLICIES.lanes] as const).map(policy => {
    const { start } = plan({ policy, queue, landed: [], runs: [], slots: 20 })
    const runs = start.map(
      ({ members }, i): Run => ({
        id: String(i),
        members: members.map(item => item.key),
        after: 0,
        state: i % 3 === 0 ? 'failed' : 'running',
      }),
    )
    const rounds = 10
    const before = process.threadCpuUsage()
    for (let i = 0; i < rounds; i++) plan({ policy, queue, landed: [], runs, slots: 20 })
    const { user, system } = process.threadCpuUsage(before)
    return (user + system) / 1000 / rounds
  })
  return Math.max(...times)
}
