import { chance, createRandom, type Random } from './random.ts'
import type { Model } from './world.ts'

/** Log-normal, with half a minute to get a runner. Minutes. */
export function takeMinutes({ ci }: Model, random: Random): number {
  return ci * Math.exp(0.25 * random.normal()) + 0.5
}

/** Of a pull request's own CI: it does not depend on who lands it. */
export function ownMinutes(model: Model, number: number): number {
  return takeMinutes(model, createRandom(2 ** 32 * chance(model.seed, number, number)))
}
