import type { ApplicationFunctionOptions, Probot } from 'probot'
import type { Fault } from '../forge/fault.ts'
import { createSeal } from '../forge/seal.ts'
import { type Access, createAccess } from './access.ts'
import { type Clock, systemClock } from './clock.ts'
import { openDoors } from './doors.ts'
import { createPacing, type Pacing } from './pacing.ts'
import { createPages } from './pages.ts'
import { createQueue, type Look, type Queue } from './queue.ts'
import { reconcile } from './reconcile.ts'
import { createRepositories, type Repositories, type Repository } from './repositories.ts'
import { stepsOf } from './steps.ts'
import { createSweep, type Sweep } from './sweep.ts'
import type { Target } from './wakes.ts'

export type Pace = {
  /** Milliseconds after a webhook at which to look once more: GitHub's reads may lag behind. A look without news is free. */
  settle: readonly number[]
  /** Milliseconds between looks at everything, for lost webhooks; up to a fifth is added at random. */
  sweepEvery: number
  /** Repositories in work at the same time. */
  atOnce: number
}

const PACE: Pace = { settle: [1_000, 5_000, 30_000], sweepEvery: 300_000, atOnce: 8 }

export type ChorusOptions = {
  appId: number
  privateKey: string
  pace?: Partial<Pace>
  clock?: Clock
}

export type Chorus = {
  /** The Probot function. */
  load(app: Probot, options: ApplicationFunctionOptions): Promise<void>
  /** Resolves when nothing runs and nothing is due. */
  idle(): Promise<void>
  /** Lets the running effects end; nothing new starts. */
  stop(): Promise<void>
}

/** All that one running app holds; passed to its parts. */
export type House = {
  appId: number
  clock: Clock
  pace: Pace
  pacing: Pacing
  repositories: Repositories
  queue: Queue<number>
}

export function createChorus(options: ChorusOptions): Chorus {
  const clock = options.clock ?? systemClock
  const pace = { ...PACE, ...options.pace }
  const repositories = createRepositories()
  let access: Access | null = null
  const queue = createQueue<number>({
    look: (id, signal) => look(house, access, id, signal),
    atOnce: pace.atOnce,
    clock,
    backOff: { first: 1_000, cap: 60_000 },
  })
  const house: House = { appId: options.appId, clock, pace, pacing: createPacing(clock), repositories, queue }
  let sweep: Sweep | null = null
  return {
    async load(app, { addHandler }) {
      access = createAccess(house, app, createSeal(options.privateKey))
      sweep = createSweep(house, app)
      openDoors(house, app, sweep)
      await createPages(house, app, addHandler)
      sweep.begin()
    },
    async idle() {
      await sweep?.listed()
      await queue.idle()
    },
    async stop() {
      sweep?.stop()
      await queue.stop()
    },
  }
}

/** A webhook named this repository: look now, and again when GitHub's reads have caught up. */
export function wakeByWebhook(house: House, target: Target): void {
  const repository = house.repositories.put(target)
  const now = house.clock.now()
  repository.settle = house.pace.settle.map(after => now + after)
  house.queue.wake(target.id)
}

async function look(house: House, access: Access | null, id: number, signal: AbortSignal): Promise<Look> {
  const repository = house.repositories.get(id)
  if (repository === undefined || access === null) return { next: null, failed: false }
  const { clock } = house
  const forge = await access.forgeOf(repository)
  if (forge === null) return { next: null, failed: true }
  const { memory } = repository
  const came = await reconcile({ steps: stepsOf(forge), clock, log: forge.log, memory, signal })
  if (await isLost(access, repository, came.fault)) {
    forget(house, id)
    return { next: null, failed: false }
  }
  repository.settle = repository.settle.filter(instant => instant > clock.now())
  const own = came.fault === null ? { next: came.next, failed: false } : judge(came.fault, clock.now())
  return { ...own, next: earliest(own.next, repository.settle[0] ?? null) }
}

/** A host that says "not found" or "not you" about everything: have we been uninstalled? */
async function isLost(access: Access, repository: Repository, fault: Fault | null): Promise<boolean> {
  if (fault?.is !== 'denied' && fault?.is !== 'stale') return false
  return await access.isGone(repository)
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

function earliest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  return Math.min(a, b)
}

export function forget(house: House, id: number): void {
  house.repositories.remove(id)
  house.queue.forget(id)
}
