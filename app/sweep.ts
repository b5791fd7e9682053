import type { Probot } from 'probot'
import { octokitFor } from './access.ts'
import type { House } from './chorus.ts'

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

export function createSweep(house: House, app: Probot): Sweep {
  const listings = new Set<Promise<void>>()
  let cancel = () => {}
  let round = 0

  function track(listing: Promise<void>): void {
    listings.add(listing)
    void listing.finally(() => listings.delete(listing))
  }

  function begin(): void {
    if (round % RELIST === 0) track(listInstallations(house, app))
    else for (const { target } of house.repositories.all()) house.queue.wake(target.id)
    round += 1
    const every = house.pace.sweepEvery
    cancel = house.clock.setTimer(every + Math.random() * (every / 5), begin)
  }

  return {
    begin,
    installation: id => track(listRepositories(house, app, id)),
    async listed() {
      while (listings.size > 0) await Promise.all(listings)
    },
    stop: () => cancel(),
  }
}

async function listInstallations(house: House, app: Probot): Promise<void> {
  try {
    const octokit = await app.auth()
    for await (const page of octokit.paginate.iterator(octokit.rest.apps.listInstallations, {
      per_page: 100,
    })) {
      const active = page.data.filter(one => one.suspended_at === null || one.suspended_at === undefined)
      await Promise.all(active.map(({ id }) => listRepositories(house, app, id)))
    }
  } catch (error) {
    app.log.error({ err: error }, 'cannot list the installations')
  }
}

async function listRepositories(house: House, app: Probot, installation: number): Promise<void> {
  try {
    const octokit = await octokitFor(house, app, installation)
    const route = octokit.rest.apps.listReposAccessibleToInstallation
    for await (const { data } of octokit.paginate.iterator(route, { per_page: 100 })) {
      for (const { id, name, owner, archived } of data) {
        if (archived) continue
        house.repositories.put({ id, name, owner: owner.login, installation })
        house.queue.wake(id)
      }
    }
  } catch (error) {
    app.log.error({ err: error, installation }, 'cannot list the repositories of an installation')
  }
}
