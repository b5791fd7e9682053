import type { Measures } from '../../cli/simulate/measure.ts'
import { together } from '../../core/merge/policy.ts'
import type { Bench, Figure } from './figure.ts'
import { figure, run } from './merge.ts'

/** What the defaults of landing were picked from: each beside its neighbours, in the situation that it is for. */
export const defaultsBench: Bench = {
  name: 'merge-defaults',
  about:
    'The defaults of landing beside others, simulated by the planner in core/merge: 20 runners, CI 10 min; a day, trains half a day. Means of seeds 1 to 20.',
  async run() {
    const train = (rate: number, most: number, pieces = 4) =>
      run(
        'train',
        { rate, bad: 0, hours: 12 },
        { pieces, batch: { most, scarce: null }, window: together(most) },
      )
    const hidden = { hidden: 0.001 }
    return [
      ...[12, 16].flatMap(rate =>
        [4, 8, 16].flatMap(most =>
          row(`train, ${rate} an hour, merge.together ${most}`, train(rate, most), most === 8),
        ),
      ),
      ...row('train, 12 an hour, a red one cut into 2', train(12, 8, 2), false),
      ...[1, 3, 5].flatMap(places =>
        tips(`lanes, ${places} tips searched at once`, run('lanes', { ...hidden, places }), places === 3),
      ),
      ...[5, 20].flatMap(reds =>
        closing(`lanes, merge.reds ${reds}`, run('lanes', { hidden: 0.005, reds }), reds === 5),
      ),
    ]
  },
}

function row(name: string, { p95, runsEach, landedAnHour }: Measures, isDefault: boolean): Figure[] {
  const note = `landed ${landedAnHour.toFixed(1)} an hour, ${runsEach.toFixed(2)} runs each`
  return [figure(`${name}: wait, 95 of 100`, p95, 'min', null, mark(note, isDefault))]
}

/** Five times as many hidden pairs as usual, so that there is something to search. */
function tips(name: string, { redTime, allRunsEach }: Measures, isDefault: boolean): Figure[] {
  const note = `${allRunsEach.toFixed(2)} runs each`
  return [figure(`${name}: time that it is red`, redTime * 100, '%', null, mark(note, isDefault))]
}

/** Twenty-five times as many. */
function closing(name: string, { redADay, landedAnHour, p95 }: Measures, isDefault: boolean): Figure[] {
  const note = `landed ${landedAnHour.toFixed(1)} an hour, wait of 95 of 100: ${p95.toFixed(0)} min`
  return [figure(`${name}: broken a day`, redADay, '', null, mark(note, isDefault))]
}

function mark(note: string, isDefault: boolean): string {
  return isDefault ? `the default; ${note}` : note
}
