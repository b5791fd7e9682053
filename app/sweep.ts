import { toFault } from '../forge/fault.ts'
import type { Log } from '../forge/forge.ts'
import type { Access } from './access.ts'
import { type House, wakeBySweep } from './house.ts'

/**
 * Looks at everything: at the start, and every few minutes for webhooks that never came. Failed deliveries are not asked
 * for again: a delivery only says where to look, and the sweep looks at every repository of every installation.
 */
export type Sweep = {
  begin(): void
  /** Lists one installation anew (it was added, unsuspended, or got more repositories). */
  installation(id: number): void
  /** Resolves when no listing is under way. */
  listed(): Promise<void>
  stop(): void
}

/** Every twelfth sweep also lists installations and repositories again, in case their webhooks were lost. */
const RELIST = 12
/** When that failed (the host is away, the start was too early). */
const RELIST_SOON = 30_000

export function createSweep(house: House, access: Access, log: Log): Sweep {
  const listings = new Set<Promise<unknown>>()
  let cancel = () => {}
  let stopped = false

  function track<T>(listing: Promise<T>): Promise<T> {
    listings.add(listing)
    return listing.finally(() => listings.delete(listing))
  }

  async function sweep(round: number): Promise<void> {
    if (round % RELIST !== 0) {
      for (const { target } of house.repositories.all()) wakeBySweep(house, target)
      next(round + 1, house.pace.sweepEvery)
    } else if (await track(wakeAll(house, access, log))) next(round + 1, house.pace.sweepEvery)
    else next(round, Math.min(house.pace.sweepEvery, RELIST_SOON))
  }

  function next(round: number, every: number): void {
    // Replicas that started together must not sweep together for ever.
    const wait = every + Math.random() * (every / 5)
    if (!stopped) cancel = house.clock.setTimer(wait, () => void sweep(round))
  }

  return {
    begin: () => void sweep(0),
    installation: id => void track(wakeInstallation(house, access, id, log)),
    async listed() {
      while (listings.size > 0) await Promise.all(listings)
    },
    stop() {
      stopped = true
      cancel()
    },
  }
}

/** False when not all could be listed. */
async function wakeAll(house: House, access: Access, log: Log): Promise<boolean> {
  try {
    const ids = await access.installations()
    const listed = await Promise.all(ids.map(id => wakeInstallation(house, access, id, log)))
    return listed.every(Boolean)
  } catch (error) {
    const { is, why } = toFault(error)
    log.error({ fault: is, why }, 'cannot list the installations')
    return false
  }
}

async function wakeInstallation(house: House, access: Access, id: number, log: Log): Promise<boolean> {
  try {
    for (const repository of await access.repositories(id)) {
      wakeBySweep(house, { ...repository, installation: id })
    }
    return true
  } catch (error) {
    const { is, why } = toFault(error)
    log.error({ installation: id, fault: is, why }, 'cannot list the repositories of an installation')
    return false
  }
}
