import { OWNER_HOME } from '../../core/config/pools.ts'
import { emptyControls } from '../../core/ledger.ts'
import { LEDGER_BRANCH } from '../../core/names.ts'
import type { OwnerFacts } from '../../core/people/ruling.ts'
import type { Sha } from '../../core/world.ts'
import { statusOf, toFault } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { type HomeMemory, homeOf } from '../home.ts'
import { onceInLook } from '../look.ts'
import { readMaybe } from '../read.ts'
import type { RefWire } from '../wire.ts'
import { openLedger } from './ledger.ts'

/**
 * What somebody said of all repositories of this owner, in its repository `.github`. Null there itself, and where there is no such
 * repository that the app may see, or nothing was ever said in it. One that was seen a moment ago may be out of sight by GitHub's bad
 * moment, which must not lift a stop: what it said last holds a while longer.
 */
export async function readOwner(forge: Forge): Promise<OwnerFacts | null> {
  if (forge.repo.toLowerCase() === OWNER_HOME) return null
  return onceInLook(forge, 'orders of the owner', () => readOrders(forge))
}

/** Longer than a 404 is remembered, so that it was asked for more than once. Milliseconds. */
const KEPT = 30 * 60_000

async function readOrders(forge: Forge): Promise<OwnerFacts | null> {
  const home = homeOf(forge).forge
  const memory = forge.memory.home!
  const { orders: known, unread } = memory
  const head = unread !== null && forge.now() < unread.until ? unread.head : await readHead(home, memory)
  if (head === 'out of sight') return known !== null && forge.now() - known.at < KEPT ? known.said : null
  const said = await readSaid(home, head)
  memory.orders = { said, at: forge.now() }
  return said
}

async function readSaid(forge: Forge, head: Sha | null): Promise<OwnerFacts | null> {
  const ledger = await openLedger(forge, head)
  if (ledger === null) return null
  const { ok } = ledger.controls
  const { stopped, paused, frozen } = ok ? ledger.controls.value : emptyControls
  const home = `${forge.owner}/${forge.repo}`
  return { home, stopped, paused, frozen, distrust: ok ? null : ledger.controls.why }
}

/** A refusal counts, so it is not asked for at each look; and not for long, as a stop may be said there next. Milliseconds. */
const BELIEVED = 60_000

async function readHead(forge: Forge, memory: HomeMemory): Promise<Sha | null | 'out of sight'> {
  const ref = `heads/${LEDGER_BRANCH}`
  const path = '/repos/{owner}/{repo}/git/matching-refs/{+prefix}'
  try {
    const listed = await readMaybe<RefWire[]>(forge, path, { prefix: ref })
    if (listed === null) return 'out of sight'
    return listed.find(one => one.ref === `refs/${ref}`)?.object.sha ?? null
  } catch (error) {
    // 409: nothing was ever pushed to it.
    const isEmpty = statusOf(error) === 409
    if (!isEmpty && toFault(error).is !== 'denied') throw error
    const head = isEmpty ? null : 'out of sight'
    memory.unread = { head, until: forge.now() + BELIEVED }
    return head
  }
}
