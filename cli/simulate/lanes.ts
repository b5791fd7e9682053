import { surfaceOf } from '../../core/landing/lanes.ts'
import { POLICIES, type Policy } from '../../core/merge/policy.ts'
import { coupleSuspects } from '../../core/rollback/coupled.ts'
import { addCouplings } from '../../core/schedule/breach.ts'
import type { Coupling } from '../../core/schedule/scope.ts'
import { isClosed, type Tip } from './tip.ts'
import type { Arrival, Model } from './world.ts'

/** What experience makes of a policy, as production has it: what broke together waits, and too many red landings close lanes. */
export type Lanes = {
  /** In force while lanes are open. */
  open: Policy
  couplings: readonly Coupling[]
  /** So many of the red landings are learned from. */
  learned: number
}

export function openLanes(open: Policy): Lanes {
  return { open, couplings: [], learned: 0 }
}

/** With what was coupled, and what many depend on. */
export function placesOf({ open, couplings }: Lanes, { touches }: Arrival): readonly string[] {
  return open.shape === 'lanes' ? surfaceOf(touches, couplings) : touches
}

/** What a red landing most likely broke with waits for it from now on. True where that is news. */
export function learn(lanes: Lanes, { reds }: Tip, landed: readonly { arrival: Arrival }[]): boolean {
  const fresh = reds.slice(lanes.learned)
  lanes.learned = reds.length
  if (fresh.length === 0) return false
  const facts = landed.map(({ arrival: { number, touches } }) => {
    return { sha: String(number), files: touches, message: '', back: false }
  })
  const found = fresh.flatMap(({ key }) => {
    const culprit = facts.find(({ sha }) => sha === String(Number.parseInt(key, 10)))
    return culprit === undefined ? [] : coupleSuspects(facts, culprit)
  })
  lanes.couplings = addCouplings(lanes.couplings, found)
  return found.length > 0
}

/** After too many red landings in a day only what was judged as it lands does, by trains on the same branch. */
export function policyNow({ open }: Lanes, tip: Tip, at: { model: Model; now: number }): Policy {
  return isClosed(tip, at) ? POLICIES.train : open
}
