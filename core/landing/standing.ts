import type { GateFact } from '../check.ts'
import type { Verdicts } from '../gates/gate.ts'
import { isForPeople } from '../gates/people.ts'
import type { PullFacts } from '../world.ts'
import { withoutExpected } from './place.ts'

/** What the gate of a pull request says at this moment, for whoever says the same elsewhere. */

/** Keys of gates that tell for whom it waits although every gate passes: for its lane, an emergency, GitHub's queue. */
const TURN = /^(?:behind: |after \d|queue (?:none$|\d (?:at|left)))/

/** For whom, or for what, it waits although every gate passes; null where its gate does not tell of that. */
export function readTurn(gate: GateFact | null): string | null {
  return gate !== null && TURN.test(gate.key) && gate.title !== '' ? gate.title : null
}

/** GitHub's queue took it out twice: it waits for a person. */
export function hasLeftQueue(gate: GateFact | null): boolean {
  return /^queue \d left$/.test(gate?.key ?? '')
}

/** Is the next step a person's: by a gate, or as GitHub's queue gave it back and nothing else is in its way? */
export function waitsForPeople({ verdicts, pull }: { verdicts: Verdicts; pull: PullFacts }): boolean {
  return isForPeople(verdicts) || (verdicts.blocking === null && hasLeftQueue(pull.gate))
}

/** A longer one may be cut in a key. */
const WHOLE = 200

/** A reason for the key of a gate: cut within what each process measures by itself, nobody could leave that out any more. */
export function fitKey(reason: string): string {
  return reason.length > WHOLE ? withoutExpected(reason) : reason
}

/**
 * A reason as the gate tells it already, where that is the same but for how long something takes: each process measures that by
 * itself, and two of them would write theirs over the other's in turn.
 */
export function asStanding(reason: string, gate: GateFact | null): string {
  const said = /^(?:@\d+ )?(?:! )?[pwr]+ [a-z-]+ (.*)$/s.exec(gate?.key ?? '')?.[1]
  if (said !== undefined && withoutExpected(said) === withoutExpected(reason)) return said
  return fitKey(reason)
}
