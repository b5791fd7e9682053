import type { Fault } from '../forge/fault.ts'
import type { Access } from './access.ts'
import { earliest } from './clock.ts'
import { forget, type House, wakeOwned, wakeSharers } from './house.ts'
import type { Look } from './queue.ts'
import { reconcile, type Steps } from './reconcile.ts'
import type { Repository } from './repositories.ts'

/** One look at one repository, from the queue: reconcile, and say when to come back. */
export async function look(house: House, access: Access, id: number, signal: AbortSignal): Promise<Look> {
  const repository = house.repositories.get(id)
  if (repository === undefined) return { next: null, failed: false }
  const reach = await access.reach(repository)
  if (reach === null) return { next: null, failed: true }
  const { clock } = house
  const { memory } = repository
  const steps: Steps = {
    ...reach.steps,
    async perform(effect) {
      const performed = await reach.steps.perform(effect)
      if (performed.ok) {
        wakeSharers(house, id, effect)
        wakeOwned(house, repository.target, effect)
      }
      return performed
    },
  }
  const came = await reconcile({ steps, clock, log: reach.forge.log, memory, signal })
  if (await isLost(access, repository, came.fault)) {
    forget(house, id)
    return { next: null, failed: false }
  }
  repository.settle = repository.settle.filter(instant => instant > clock.now())
  const own = came.fault === null ? { next: came.next, failed: false } : judge(came.fault, clock.now())
  return { ...own, next: earliest(own.next, repository.settle[0] ?? null) }
}

/** "Not found" or "not you" about everything: have we been uninstalled? */
async function isLost(access: Access, repository: Repository, fault: Fault | null): Promise<boolean> {
  if (fault?.is !== 'denied' && fault?.is !== 'stale') return false
  return await access.isLost(repository)
}

/** A permission changes when a person acts, often without a webhook. */
const DENIED_LOOK = 300_000

function judge(fault: Fault, now: number): Look {
  switch (fault.is) {
    case 'again':
      return { next: fault.after === null ? null : now + fault.after, failed: true }
    case 'denied':
      return { next: now + DENIED_LOOK, failed: false }
    // A lost connection counts as stale.
    case 'stale':
    case 'broken':
      return { next: null, failed: true }
  }
}
