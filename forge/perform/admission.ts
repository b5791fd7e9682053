import { ADMISSION_REF } from '../../core/attempt/dispatching.ts'
import type { Sha } from '../../core/world.ts'
import { fail, isUnclear, toFault } from '../fault.ts'
import type { Forge } from '../forge.ts'
import type { rideOf } from './labels.ts'
import { type Move, moveShowing } from './refs.ts'

export type Wish = {
  /** Who was admitted last, as far as whoever planned this saw. */
  admitted: Sha | null
  /** For what, in words. */
  what: string
}

/** What this process itself was admitted to since then is no news to what it planned. */
function lastOf({ memory }: Forge, admitted: Sha | null): Sha | null {
  let last = admitted
  for (;;) {
    const next = memory.admission.moved.get(last)
    if (next === undefined) return last
    last = next
  }
}

/** Somebody else was admitted since: what was planned is to be thought over, and nothing is sent for it. Throws. */
export function refuseOutrun(forge: Forge, { admitted, what }: Wish): void {
  if (forge.memory.admission.outrun.has(lastOf(forge, admitted))) refuse(what)
}

function refuse(what: string): never {
  fail({
    is: 'stale',
    why: `another controller was first: it took ${what}, or another place, since we looked`,
  })
}

/**
 * Moves refs that give a right to start a run, to `sha`, if nobody was admitted to anything since this was planned: all of it in one
 * request, so that of two who saw the same free place one gets it.
 */
export async function moveAdmitted(
  forge: Forge,
  { admitted, what }: Wish,
  { sha, moves, along = null }: { sha: Sha; moves: readonly Move[]; along?: ReturnType<typeof rideOf> },
): Promise<void> {
  const before = lastOf(forge, admitted)
  const { admission } = forge.memory
  // The very commit of the same second, that was given back: it stands there already.
  const more = before === sha ? [] : [{ name: ADMISSION_REF, before, after: sha, force: true }]
  try {
    await moveShowing(forge, [...moves, ...more], along)
  } catch (error) {
    if (isUnclear(error) || toFault(error).is !== 'stale') throw error
    admission.outrun.add(before)
    refuse(what)
  }
  if (before !== sha) admission.moved.set(before, sha)
  admission.at = forge.now()
}
