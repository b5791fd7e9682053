import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { TwinState } from '../../state.ts'
import type { Groups } from './concurrency.ts'
import type { CancelKind, LiveRun } from './live.ts'
import { createSlots, type Slots } from './slots.ts'

export type ActionsOptions = {
  /** Jobs at once; others stay queued. Default: number of cores. */
  capacity?: number
  /** A dispatched run shows in lists only after up to this many milliseconds (seeded). Default 300. */
  listDelayMs?: number
  /** How long a cancelled step has after SIGINT, and again after SIGTERM. Default 7500 and 2500, as on GitHub. */
  graceMs?: { interrupt: number; terminate: number }
  /** GITHUB_SERVER_URL for jobs. `@actions/artifact` takes any other host than *.localhost for Enterprise Server. */
  serverUrl?: string
  /** RUNNER_TOOL_CACHE of all jobs, as on a runner that stays; each job has an empty one of its own when absent. */
  tools?: string
}

export type Engine = {
  state: TwinState
  dir: string
  slots: Slots
  groups: Groups
  live: Map<number, LiveRun>
  /** Cancellations that came before their run was under way. */
  early: Map<number, CancelKind>
  listDelayMs: number
  graceMs: { interrupt: number; terminate: number }
  serverUrl: string | null
  tools: string | null
  stopped: boolean
}

const engines = new WeakMap<TwinState, Engine>()

/** The engine of this twin; made with defaults at the first use. */
export function engineOf(state: TwinState): Engine {
  return engines.get(state) ?? startActions(state)
}

/** Sets how this twin runs Actions. Call it before anything runs. */
export function startActions(state: TwinState, options: ActionsOptions = {}): Engine {
  const engine: Engine = {
    state,
    dir: join(state.dir, 'actions'),
    slots: createSlots(options.capacity ?? availableParallelism()),
    groups: new Map(),
    live: new Map(),
    early: new Map(),
    listDelayMs: options.listDelayMs ?? 300,
    graceMs: options.graceMs ?? { interrupt: 7500, terminate: 2500 },
    serverUrl: options.serverUrl ?? null,
    tools: options.tools ?? null,
    stopped: false,
  }
  if (!engines.has(state)) state.closers.push(() => stopActions(state))
  engines.set(state, engine)
  return engine
}

/** The base of web addresses inside jobs. */
export function serverUrl(engine: Engine): string {
  if (engine.serverUrl) return engine.serverUrl
  if (engine.state.profile === 'ghes') return engine.state.url
  return engine.state.url.replace('//127.0.0.1', '//github.localhost')
}

/** Ends every process of every job at once and starts nothing more. */
export async function stopActions(state: TwinState): Promise<void> {
  const engine = engines.get(state)
  if (!engine) return
  engine.stopped = true
  const ended = [...engine.live.values()].map(live => {
    live.cancel('force')
    return live.ended
  })
  await Promise.all(ended)
}
