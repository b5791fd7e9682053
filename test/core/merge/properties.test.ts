import * as fc from 'fast-check'
import { test } from 'vitest'
import { play } from './schedule.ts'
import { schedules } from './steps.ts'

/** `npm run soak -- merges` plays 50,000. */
const RUNS = Number(process.env.MERGE_SCHEDULES ?? 300)
const SEED = Number(process.env.MERGE_SEED ?? 20)

test('whatever happens in whatever order, the ten invariants hold after every step', {
  timeout: 60_000 + RUNS * 1000,
}, () => {
  fc.assert(fc.property(schedules, play), { seed: SEED, numRuns: RUNS, endOnFailure: false })
})
