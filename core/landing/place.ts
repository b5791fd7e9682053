import type { CheckFacts } from '../check.ts'
import { GATE_CHECK } from '../names.ts'
import { printClock, printMinutes } from '../words/clock.ts'
import type { Instant, PullFacts, Sha } from '../world.ts'
import type { TrainFacts } from './trainfacts.ts'

/** Where a proposal stands in the combination that is being judged. `since`: when that was built. */
export type Place = {
  train: number
  position: number
  of: number
  since: Instant
  /** How long the merge job usually takes; null where it does not judge, or nobody knows. Milliseconds. */
  usual: number | null
}

/** In the longest one: what is shorter is judged to find out who is red. */
export function findPlace(trains: readonly TrainFacts[], head: Sha): Place | null {
  let found: Place | null = null
  for (const { members, pull, at, judged } of trains) {
    const position = 1 + (members?.indexOf(head) ?? -1)
    if (members === null || pull === null || position === 0 || members.length <= (found?.of ?? 0)) continue
    const usual = judged.find(one => one.verdict === null)?.usual ?? null
    found = { train: pull, position, of: members.length, since: at, usual }
  }
  return found
}

/** "judged as 2 of 3 in #45 since 14:05 UTC; CI takes about 12 minutes": the same for as long as it stands there. */
export function printPlace(
  { train, position, of, since, usual }: Place,
  { checks }: Pick<PullFacts, 'checks'>,
): string {
  const took = usual === null ? printTook({ checks }) : printMinutes(usual)
  const who = usual === null ? 'CI' : 'the merge job'
  const expected = took === null ? '' : `; ${who} takes ${took}`
  return `judged as ${position} of ${of} in #${train} since ${printClock(since)}${expected}`
}

/** How long its CI took, in words; null where that is not known. */
export function printTook({ checks }: Pick<PullFacts, 'checks'>): string | null {
  const took = lasts(checks)
  return took === null ? null : printMinutes(took)
}

/** Is it known from the gate's key that it says so? */
export function tellsPlace(key: string): boolean {
  return /judged as \d+ of \d+ in #\d+ since/.test(key)
}

/**
 * Without how long it takes, and how often and when GitHub is asked: each process measures that by itself, and two that come to another
 * figure would write theirs over the other's in turn. Who asks GitHub again writes it anew anyway.
 */
export function withoutExpected(key: string): string {
  return key
    .replace(/(?:; (?:CI|the merge job) takes |, which takes )[^;(]*/g, '')
    .split(/, \d+ times by now|; it is asked again at /, 1)[0]!
}

/** From the first check that began to the last one that ended; null where that is not known. Milliseconds. */
function lasts(checks: readonly CheckFacts[]): number | null {
  const ci = checks.filter(check => check.name !== GATE_CHECK && check.startedAt > 0)
  const ends = ci.flatMap(({ endedAt }) => endedAt ?? [])
  if (ci.length === 0 || ends.length < ci.length) return null
  return Math.max(0, Math.max(...ends) - Math.min(...ci.map(({ startedAt }) => startedAt)))
}
