import type { LandedFacts } from '../landing/integration.ts'
import type { Red } from '../landing/reds.ts'
import type { LedgerEvent } from '../ledger.ts'
import { type Coupling, coupleFiles } from '../schedule/scope.ts'
import { explainRed } from '../words/promote.ts'
import type { Instant, World } from '../world.ts'
import { findCulprits, isNewCulprit } from './culprit.ts'

/** What is remembered of landings that made the integration branch red: that they did, and what each most likely broke with. */
type Remembered = { reds: readonly Red[]; couplings: readonly Coupling[]; events: readonly LedgerEvent[] }

/** Once for each, in the pass that finds it. */
export function takeReds(world: World, now: Instant): Remembered {
  const { integration, app } = world
  const fresh = findCulprits(world, now).filter(culprit => isNewCulprit(world, culprit))
  return {
    reds: fresh.map(({ sha }) => ({ sha, at: now })),
    couplings: fresh.flatMap(culprit => coupleSuspects(integration?.landed ?? [], culprit)),
    events: fresh.map(culprit => ({
      at: now,
      task: null,
      event: 'red',
      actor: app.login,
      cause: explainRed(culprit),
      evidence: { landed: culprit.sha },
    })),
  }
}

/** What it broke with most likely landed right before it: its own CI ran without that. */
const SUSPECTS = 5

/**
 * What the red landing and each of those right before it change are one place from now on: whoever changes the one waits for who
 * changes the other. Which of them it was no run has told; one too many costs a wait, one too few another red.
 */
export function coupleSuspects(landed: readonly LandedFacts[], culprit: LandedFacts): Coupling[] {
  const at = landed.indexOf(culprit)
  const before = landed.slice(0, Math.max(0, at)).filter(one => !one.back)
  return before.slice(-SUSPECTS).flatMap(one => {
    const both = coupleFiles(culprit.files ?? [], one.files ?? [])
    return both === null ? [] : [both]
  })
}
