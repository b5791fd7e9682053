import * as fc from 'fast-check'
import { POLICIES, type PolicyName } from '../../../core/merge/policy.ts'

/** What may happen to a queue, from outside or by itself. */
export type Step =
  | { do: 'arrive'; touches: string[]; bad: boolean; under: number | null }
  | { do: 'push'; at: number }
  | { do: 'close'; at: number }
  | { do: 'finish'; at: number; flake: boolean }
  | { do: 'break'; at: number }
  | { do: 'end' }
  | { do: 'foreign' }
  | { do: 'freeze'; frozen: boolean }
  | { do: 'die'; after: number }

export type Schedule = { policy: PolicyName; slots: number; clash: number; steps: readonly Step[] }

const index = fc.nat({ max: 7 })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('arrive' as const),
      touches: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 2 }),
      bad: fc.nat({ max: 6 }).map(n => n === 0),
      under: fc.option(index, { freq: 4 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('finish' as const),
      at: index,
      flake: fc.nat({ max: 9 }).map(n => n === 0),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('push' as const), at: index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), at: index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('break' as const), at: index }) },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'end' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'foreign' }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('freeze' as const), frozen: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('die' as const), after: fc.nat({ max: 3 }) }) },
)

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  policy: fc.constantFrom(...(Object.keys(POLICIES) as PolicyName[])),
  slots: fc.integer({ min: 1, max: 6 }),
  clash: fc.nat({ max: 1000 }),
  steps: fc.array(step, { maxLength: 60, size: 'max' }),
})
