import { reportOf } from '../accounts/settle.ts'
import { isPlan, newestClaim } from '../attempt/attempt.ts'
import type { Effect } from '../effect.ts'
import type { World } from '../world.ts'
import type { KnownMap } from './map.ts'

/**
 * A newer map of the repository than the one that is known: a plan left it whose run vouches for its report. Reports of any other
 * kind of work say nothing about maps. Null when there is none.
 */
export function findMap({ tasks, app, repo, ledger }: World): KnownMap | null {
  if (ledger.broken.controls !== null) return null
  const known = ledger.controls.map
  let newest = known
  for (const task of tasks) {
    const claim = newestClaim(task)
    if (claim?.sealed !== true || !isPlan(claim) || claim.at <= (newest?.since ?? 0)) continue
    const { report } = reportOf(task, claim.attempt, { app, repo })
    if (report?.map !== undefined) newest = { ...report.map, at: claim.base, since: claim.at }
  }
  return newest === known ? null : newest
}

/** A plan is told of the map that is known when it is claimed. */
export function tellMap(act: Effect, map: KnownMap | null): Effect {
  if (map === null || act.do !== 'claim' || act.ticket.planning === undefined) return act
  const { drawing, blob, at } = map
  const planning = { ...act.ticket.planning, map: { drawing, blob, at } }
  return { ...act, ticket: { ...act.ticket, planning } }
}
