import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createFaults, type Faults } from './admin/faults.ts'
import { answerAdmin } from './admin/server.ts'
import { registerActionsApp } from './apps/app.ts'
import { webhookListener } from './apps/webhooks.ts'
import { allListeners, allRawHandlers, allRoutes } from './areas.ts'
import { type Clock, createClock } from './clock.ts'
import { graphqlAnswer } from './graphql/endpoint.ts'
import type { Kernel } from './http/kernel.ts'
import { createLimits, type LimitSettings, type Limits } from './http/limits.ts'
import { type Listening, listen } from './http/listen.ts'
import type { RequestRecord } from './http/log.ts'
import { createRouter } from './http/router.ts'
import { serve } from './http/serve.ts'
import { createStaleReads, type StaleReads } from './http/stale.ts'
import type { Witness } from './http/witness.ts'
import { quiet, settled } from './quiet.ts'
import { seededRandom } from './random.ts'
import type { Profile, TwinState, Work } from './state.ts'

export type TwinOptions = {
  /** Where to keep repositories; a temporary folder, removed on close, when absent. */
  dir?: string
  /** 0, the default: chosen by the system. */
  port?: number
  profile?: Profile
  seed?: number
  /** Reads of apps lag writes by up to so many milliseconds. */
  lag?: { maxMs: number }
  clock?: Clock
  limits?: Partial<LimitSettings>
  /** How the site takes its time; really, when absent. */
  pause?: TwinState['pause']
}

export type Twin = {
  state: TwinState
  url: string
  apiUrl: string
  graphqlUrl: string
  adminUrl: string
  faults: Faults
  limits: Limits
  stale: StaleReads
  requests: RequestRecord[]
  /** Set it to hear of every exchange with its bodies. */
  onExchange: Witness | null
  /** Resolves when nothing is under way: no delivery, no mergeability, no queued or running workflow. */
  quiet(timeoutMs?: number): Promise<void>
  /** Resolves when all that follows from what was done has happened, but for runs; and what is thought about only when asked for. */
  settled(kinds?: readonly Work[]): Promise<void>
  close(): Promise<void>
}

/** Starts a GitHub on the loopback interface. */
export async function createTwin(options: TwinOptions = {}): Promise<Twin> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'twin-')))
  const state = emptyState(options, dir)
  registerActionsApp(state)
  const faults = createFaults(state.random)
  const kernel: Kernel = {
    state,
    router: createRouter(allRoutes),
    rawHandlers: allRawHandlers,
    graphql: graphqlAnswer,
    faults,
    limits: createLimits(state.clock, options.limits),
    stale: createStaleReads(state, options.lag?.maxMs ?? 0),
    requests: [],
    witness: null,
  }
  const main = await listen(options.port ?? 0, (req, res) => serve(kernel, req, res))
  state.url = main.url
  state.listeners.push(happening => {
    if (happening.repo) kernel.stale.wrote(happening.repo)
  })
  state.listeners.push(webhookListener(state, faults), ...allListeners(state))
  const admin = await listen(0, (req, res) => answerAdmin(kernel, main, req, res))
  return assemble(kernel, main, admin, options.dir === undefined)
}

function assemble(kernel: Kernel, main: Listening, admin: Listening, ownsDir: boolean): Twin {
  const { state } = kernel
  return {
    state,
    url: main.url,
    apiUrl: `${main.url}/api/v3`,
    graphqlUrl: `${main.url}/api/graphql`,
    adminUrl: admin.url,
    faults: kernel.faults,
    limits: kernel.limits,
    stale: kernel.stale,
    requests: kernel.requests,
    get onExchange() {
      return kernel.witness
    },
    set onExchange(witness) {
      kernel.witness = witness
    },
    quiet: timeoutMs => quiet(state, timeoutMs),
    settled: (kinds = ['soon']) => settled(state, kinds),
    close: async () => {
      kernel.faults.clear()
      for (const end of state.closers) await end()
      await Promise.all([main.close(), admin.close()])
      await Promise.race([
        Promise.allSettled([...state.pending.keys()]),
        new Promise(done => setTimeout(done, 2000).unref()),
      ])
      if (ownsDir) rmSync(state.dir, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

function emptyState(options: TwinOptions, dir: string): TwinState {
  return {
    profile: options.profile ?? 'dotcom',
    clock: options.clock ?? createClock(),
    random: seededRandom(options.seed ?? 1),
    dir,
    url: '',
    nextId: 1000,
    accounts: new Map(),
    userTokens: new Map(),
    repos: new Map(),
    apps: {
      apps: new Map(),
      installations: new Map(),
      tokens: new Map(),
      deliveries: [],
      manifestCodes: new Map(),
    },
    listeners: [],
    pending: new Map(),
    pause: options.pause ?? sleep,
    closers: [],
  }
}
