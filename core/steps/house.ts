import type { Effect } from '../effect.ts'
import { proposeLearnings } from '../lessons/offer.ts'
import type { Held } from '../people/orders.ts'
import { mendLandings } from '../rollback/rollback.ts'
import type { Instant, World } from '../world.ts'
import { waveThrough } from './gate.ts'
import { proposeGuide } from './guide.ts'
import { clearRights } from './judge.ts'
import { endOrphans } from './orphans.ts'
import { warn } from './warn.ts'

/** What a repository needs beside what becomes of each task. */
export function keepHouse(world: World, rollbacks: ReadonlyMap<number, Held>, now: Instant): Effect[] {
  return [
    ...endOrphans(world.orphans, now),
    ...mendLandings(world, rollbacks),
    // Said first: a head that has its gate is not looked at again.
    ...world.misconfigured.map(warn),
    ...world.strangers.map(waveThrough),
    ...proposeGuide(world),
    ...proposeLearnings(world),
    ...clearRights(world, now),
  ]
}
