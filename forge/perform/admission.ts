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
  const all = [...moves, { name: ADMISSION_REF, before, after: sha, force: true }]
  try {
    await moveShowing(forge, all, along)
  } catch (error) {
    const fault = toFault(error)
    if (isUnclear(error) || fault.is !== 'stale') throw error
    // What stands in the way of this one alone keeps nobody else from a place.
    if (await isStill(forge, before).catch(() => false)) {
      await clearWay(forge, all).catch(() => {})
      throw error
    }
    admission.outrun.add(before)
    refuse(what, fault.why)
  }
  // Nothing goes on from where it stands now, whatever stood there before: or the way to the last would have no end.
  admission.moved.set(before, sha).delete(sha)
  admission.at = forge.now()
}

async function isStill(forge: Forge, before: Sha | null): Promise<boolean> {
  const now = (await readAround(forge, ADMISSION_REF)).find(({ ref }) => ref === ADMISSION_REF)
  return (now?.object.sha ?? null) === before
}

/**
 * No ref can be made where others stand below or above its name, nor where one stands that is no commit, and so nothing of ours:
 * somebody pushed those, and they would be in the way for good.
 */
async function clearWay(forge: Forge, moves: readonly Move[]): Promise<void> {
  for (const { name } of moves.filter(({ before }) => before === null)) {
    const around = await Promise.all(listAbove(name).map(above => readAround(forge, above)))
    const byName = new Map(around.flat().map(one => [one.ref, one]))
    const odd = [...byName.values()].filter(({ ref, object }) =>
      ref === name ? object.type !== 'commit' : ref.startsWith(`${name}/`) || name.startsWith(`${ref}/`),
    )
    const refs = odd.map(({ ref, object }) => ({ name: ref, before: object.sha, after: null, force: true }))
    if (refs.length > 0) await moveRefs(forge, refs)
  }
}

/** Every name above it that a ref may have, from `refs/chorus` on. */
function listAbove(name: string): string[] {
  const parts = name.split('/')
  return parts.flatMap((_, i) => (i < 2 ? [] : parts.slice(0, i).join('/')))
}

/** Itself, what stands below it, and whatever else begins like it. */
function readAround(forge: Forge, ref: string): Promise<RefWire[]> {
  const path = '/repos/{owner}/{repo}/git/matching-refs/{+ref}'
  return readFresh(forge, path, { ref: ref.slice('refs/'.length), per_page: 100 })
}
