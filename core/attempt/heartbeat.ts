import type { ClaimFacts, Instant, RunFacts } from '../world.ts'

/**
 * Does anybody still work at an attempt? What GitHub shows of a run changes with each of its jobs; within one it is silent, for as
 * long as the attempt may take. `unattended`: no runner has taken it. `quiet`: longer than it may be silent, so that a person may
 * want to look. `gone`: whatever it was, nothing of it is waited for any more.
 */
export type Pulse = {
  is: 'alive' | 'unattended' | 'quiet' | 'gone'
  /** The last sign of life. */
  since: Instant
  /** When time alone makes it another; null: never. */
  until: Instant | null
}

const MINUTE = 60_000
/** How long a run is given to end: its steps that always run are still to come. Milliseconds. */
export const PATIENCE = 5 * MINUTE
/** Runners come up within minutes; those of one's own may be busy. GitHub itself gives up after a day. Milliseconds. */
const UNATTENDED = 60 * MINUTE
/** What an attempt takes beside its own time: checkout, setup, handing over. Milliseconds. */
const BESIDE = { quiet: 30 * MINUTE, gone: 120 * MINUTE }

/** GitHub shows what a run handed over within moments of its end. What is not there by then is gone. Milliseconds. */
const SHOWN = 10 * MINUTE

/** Of a run that is over, and whose refs are not readable: that is waited for like a sign of life. */
export function awaitRefs({ updatedAt: since }: RunFacts, now: Instant): Pulse {
  const until = since + SHOWN
  return now < until ? { is: 'alive', since, until } : { is: 'gone', since, until: null }
}

export function feelPulse(claim: ClaimFacts, run: RunFacts, now: Instant): Pulse {
  const since = run.updatedAt
  if (run.cancelAsked !== null) {
    // That it was asked to end shows on it, and is no sign of life.
    const until = run.cancelAsked + PATIENCE
    return now < until ? { is: 'alive', since, until } : { is: 'gone', since, until: null }
  }
  if (run.status === 'queued') {
    const until = since + UNATTENDED
    return now < until ? { is: 'alive', since, until } : { is: 'unattended', since, until: null }
  }
  const own = claim.ticket.ok ? claim.ticket.value.limits.minutes * MINUTE : 0
  const [quiet, gone] = [since + own + BESIDE.quiet, since + own + BESIDE.gone]
  if (now < quiet) return { is: 'alive', since, until: quiet }
  return now < gone ? { is: 'quiet', since, until: gone } : { is: 'gone', since, until: null }
}
