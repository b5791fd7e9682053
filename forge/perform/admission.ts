import { ADMISSION_REF } from '../../core/attempt/dispatching.ts'
import type { Sha } from '../../core/world.ts'
import { fail, isUnclear, toFault } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { readFresh } from '../read.ts'
import type { RefWire } from '../wire.ts'
import type { rideOf } from './labels.ts'
import { type Move, moveRefs, moveShowing } from './refs.ts'

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

/** @param said what GitHub answered, where it was asked */
function refuse(what: string, said = ''): never {
  const why = `another controller was first: it took ${what}, or another place, since we looked`
  fail({ is: 'stale', why: said === '' ? why : `${why} (${said})` })
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
  // The very commit of the same second, that was given back: moving it from itself to itself would keep nobody off.
  if (before === sha) fail({ is: 'stale', why: `${what} was given back in this very second` })
  try {
    await moveShowing(forge, [...moves, { name: ADMISSION_REF, before, after: sha, force: true }], along)
  } catch (error) {
    const fault = toFault(error)
    if (isUnclear(error) || fault.is !== 'stale') throw error
    // Something that a person pushed may stand in the way of this one alone: others go on.
    if (!(await isOutrun(forge, before).catch(() => true))) throw error
    admission.outrun.add(before)
    refuse(what, fault.why)
  }
  // Nothing goes on from where it stands now, whatever stood there before: or the way to the last would have no end.
  admission.moved.set(before, sha).delete(sha)
  admission.at = forge.now()
}

/** Is nobody admitted from there, as far as can be known? Where something stands in the way of everybody, that goes. */
async function isOutrun(forge: Forge, before: Sha | null): Promise<boolean> {
  const path = '/repos/{owner}/{repo}/git/matching-refs/{+ref}'
  const ref = ADMISSION_REF.slice('refs/'.length)
  const all = await readFresh<RefWire[]>(forge, path, { ref, per_page: 100 })
  const now = all.find(one => one.ref === ADMISSION_REF)?.object.sha ?? null
  return now !== before || (await clearWay(forge, all))
}

/**
 * No ref can be made where others stand below its name: somebody pushed those, and they would keep everybody from every place.
 * Did any?
 */
async function clearWay(forge: Forge, all: readonly RefWire[]): Promise<boolean> {
  const below = all.filter(({ ref }) => ref.startsWith(`${ADMISSION_REF}/`))
  const refs = below.map(({ ref: name, object }) => ({ name, before: object.sha, after: null, force: true }))
  if (refs.length > 0) await moveRefs(forge, refs)
  return refs.length > 0
}
