import type { World } from '../world.ts'
import { bad, type Finding, ok } from './finding.ts'

/** The workers that this repository shares with others, where it does. */
export function checkPool({ pool }: World): Finding[] {
  if (pool === null) return []
  const what = `the pool ${pool.name}`
  if (pool.is === 'closed') return [bad(what, pool.why, 'until then nothing starts here')]
  return [ok(what, `${pool.size} places in all, and this repository weighs ${pool.weight}`)]
}
