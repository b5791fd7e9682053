import type { Measures } from '../../cli/simulate/measure.ts'
import type { Over } from '../../cli/simulate/simulate.ts'
import { planZuul } from '../../cli/simulate/zuul.ts'
import { planMerges } from '../../core/merge/planmerges.ts'
import { fixed } from '../../core/merge/policy.ts'
import type { Bench, Figure } from './figure.ts'
import { figure, run } from './merge.ts'

const OPEN: Over = { window: { start: 20, floor: 3, most: 1000, fixed: false } }

/** What makes Zuul's window as dear as merging.md 3.6 says, one assumption after the other. */
export const zuulBench: Bench = {
  name: 'merge-zuul',
  about:
    'Zuul’s window, and what each assumption about it makes: 30 an hour, CI 10 min, 20 runners, a day, unless it says otherwise. Means of seeds 1 to 20.',
  run: async () => [
    row('Zuul’s window', run('zuul'), 'merging.md 3.6: 22.4, 74, 212, 5.7'),
    row('… what a smaller window leaves outside is aborted', zuul({ plan: abort })),
    row('… no ceiling', zuul(OPEN)),
    row('… each red halves it, no ceiling, as in Zuul itself', zuul({ ...OPEN, halves: 'red' })),
    row('… always 20', zuul({ window: fixed(20) })),
    row('the last but one, by the planner in core/merge', zuul(OURS)),
    row('… and who was red is judged apart', zuul({ ...OURS, apart: true }), 'so `exact` does it'),
    ...[20, 5].map(runners => tellBurst(runners)),
  ],
}

const OURS: Over = { ...OPEN, halves: 'red', plan: planMerges }
const abort: NonNullable<Over['plan']> = snapshot => planZuul(snapshot, { aborts: true })
const zuul = (over: Over) => run('zuul', {}, over)

function row(name: string, { landedAnHour, p50, p95, runsEach }: Measures, first = ''): Figure {
  const note = `landed ${landedAnHour.toFixed(1)} an hour, median ${p50.toFixed(0)} min, 95 of 100 ${p95.toFixed(0)} min`
  return figure(`${name}: runs each`, runsEach, '', null, first === '' ? note : `${note}; ${first}`)
}

function tellBurst(runners: number): Figure {
  const change = { burst: 100, runners }
  const [window, aborting] = [run('zuul', change), run('zuul', change, { plan: abort })]
  const first = runners === 20 ? '59, 153, 7.31' : '130, 274, 2.51'
  const note = `median ${window.p50.toFixed(0)} min, 95 of 100 ${window.p95.toFixed(0)} min; aborted ${aborting.runsEach.toFixed(2)}; merging.md 3.6: ${first}`
  return figure(`burst of 100, ${runners} runners: runs each`, window.runsEach, '', null, note)
}
