import type { Random } from './random.ts'
import type { Model } from './world.ts'

/** Log-normal, with half a minute to get a runner. Minutes. */
export function takeMinutes({ ci }: Model, random: Random): number {
  return ci * Math.exp(0.25 * random.normal()) + 0.5
}
