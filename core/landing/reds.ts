import { z } from 'zod'
import type { Config } from '../config/config.ts'
import type { Parsed } from '../contract/problem.ts'
import type { Instant } from '../world.ts'

/** A landing that made the integration branch red, also when asked again where it can be, which was green without it. */
export const red = z.strictObject({ sha: z.string(), at: z.number() })
export type Red = z.infer<typeof red>

/** The newest are remembered: longer than anything asks for them. */
const MOST = 100

export function addReds(reds: readonly Red[], fresh: readonly Red[]): Red[] {
  return [...reds, ...fresh].slice(-MOST)
}

/** So long a red landing counts. Milliseconds. */
const COUNTS = 24 * 3_600_000

/**
 * When lanes may be used again; null while they have cost no more red landings in a day than they may, and where there are none.
 */
export function closedUntil(
  merge: Pick<Config['merge'], 'strategy' | 'reds'>,
  reds: readonly Red[],
  now: Instant,
): Instant | null {
  if (merge.strategy !== 'lanes') return null
  const counted = reds.map(({ at }) => at + COUNTS).filter(until => now < until)
  const over = counted.length - merge.reds
  return over <= 0 ? null : counted.toSorted((a, b) => a - b)[over - 1]!
}

/** With them closed nothing lands beside another: only what CI has judged as it lands, on the same branch. */
export function closeLanes(config: Parsed<Config>, reds: readonly Red[], now: Instant): Parsed<Config> {
  if (!config.ok || closedUntil(config.value.merge, reds, now) === null) return config
  return { ok: true, value: { ...config.value, merge: { ...config.value.merge, exact: true } } }
}
