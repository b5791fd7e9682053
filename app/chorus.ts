import type { ApplicationFunctionOptions, Probot } from 'probot'
import { createSeals } from '../forge/seal.ts'
import { type Access, createAccess } from './access.ts'
import { type Clock, systemClock } from './clock.ts'
import { openDoors } from './doors.ts'
import { type House, PACE, type Pace } from './house.ts'
import { look } from './look.ts'
import { createPacing } from './pacing.ts'
import { createPages } from './pages.ts'
import { createQueue } from './queue.ts'
import { createRepositories } from './repositories.ts'
import { createSweep, type Sweep } from './sweep.ts'

export type ChorusOptions = {
  appId: number
  privateKey: string
  /** What it sealed still holds. */
  formerKey?: string | null
  /** For demonstrations and tests; the default is right for GitHub. */
  pace?: Partial<Pace> | undefined
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

/** The control plane for one app: loaded into a Probot, it looks after every repository of every installation. */
export function createChorus(options: ChorusOptions): Chorus {
  const clock = options.clock ?? systemClock
  const pace = { ...PACE, ...options.pace }
  const pacing = createPacing(clock, pace.limits)
  let access: Access | null = null
  let sweep: Sweep | null = null
  const queue = createQueue<number>({
    look: async (id, signal) =>
      access === null ? { next: null, failed: false } : look(house, access, id, signal),
    atOnce: pace.atOnce,
    clock,
    backOff: { first: 1_000, cap: 60_000 },
  })
  const repositories = createRepositories()
  const house: House = { appId: options.appId, clock, pace, pacing, repositories, queue }
  return {
    async load(app, { addHandler }) {
      access = createAccess(house, app, createSeals(options.privateKey, options.formerKey))
      sweep = createSweep(house, access, app.log)
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
      pacing.stop()
      await queue.stop()
    },
  }
}
