import { fail, toFault } from '../forge/fault.ts'
import type { Clock } from './clock.ts'
import { type Lanes, openLanes } from './lanes.ts'
import { openWindow, spend, type Window, waitFor } from './window.ts'

/**
 * How fast we ask one installation's GitHub. In place of Octokit's throttling, which sends one write a second and three
 * seconds between notifying ones: right for scripts, but 30 tasks would wait minutes for their dispatch. GitHub's own
 * limits are these (docs.github.com, "Rate limits for the REST API", secondary limits):
 *   100 requests at once · 900 points a minute on REST (read 1, write 5) · 2 000 on GraphQL (query 1, mutation 5) ·
 *   about 80 content-creating requests a minute and 500 an hour.
 * We keep to a part of each, as people and other tools spend from the same account, and never have two writes under way:
 * GitHub asks for serial writes.
 */
export const LIMITS = {
  readsAtOnce: 10,
  restPoints: { span: 60_000, cap: 800 },
  graphqlPoints: { span: 60_000, cap: 1_800 },
  contentMinute: { span: 60_000, cap: 75 },
  contentHour: { span: 3_600_000, cap: 480 },
  /** A wait up to this long is waited in place; a longer one ends the pass, which looks again when there is room. */
  patience: 5_000,
} as const

/** What is about to be asked, in the words of the request (Octokit's endpoint options). */
export type Ask = { method: string; url: string; query?: unknown }

export type Lane = {
  /** Sends when there is room. Throws the fault `again` when that would take longer than the patience. */
  run<T>(ask: Ask, send: () => Promise<T>): Promise<T>
  /** For the status page: what is left of this hour's content, and until when GitHub wants silence. */
  room(): { content: number; closedUntil: number | null }
}

export type Pacing = { lane(installation: number): Lane }

export function createPacing(clock: Clock): Pacing {
  const lanes = new Map<number, Lane>()
  return {
    lane(installation) {
      const known = lanes.get(installation)
      if (known !== undefined) return known
      const lane = openLane(clock)
      lanes.set(installation, lane)
      return lane
    },
  }
}

type State = {
  clock: Clock
  reads: Lanes
  writes: Lanes
  rest: Window
  graphql: Window
  minute: Window
  hour: Window
  closedUntil: number
}

function openLane(clock: Clock): Lane {
  const { restPoints, graphqlPoints, contentMinute, contentHour } = LIMITS
  const state: State = {
    clock,
    reads: openLanes(LIMITS.readsAtOnce),
    writes: openLanes(1),
    rest: openWindow(restPoints.span, restPoints.cap),
    graphql: openWindow(graphqlPoints.span, graphqlPoints.cap),
    minute: openWindow(contentMinute.span, contentMinute.cap),
    hour: openWindow(contentHour.span, contentHour.cap),
    closedUntil: 0,
  }
  return {
    run: (ask, send) => run(state, ask, send),
    room: () => ({
      content: contentHour.cap - state.hour.spent.length,
      closedUntil: state.closedUntil > clock.now() ? state.closedUntil : null,
    }),
  }
}

async function run<T>(state: State, ask: Ask, send: () => Promise<T>): Promise<T> {
  const write = isWrite(ask)
  // Waiting for room happens outside the lane: a comment that waits must not hold up a claim.
  await waitForRoom(state, ask, write)
  return (write ? state.writes : state.reads).enter(async () => {
    try {
      return await send()
    } catch (error) {
      close(state, error)
      throw error
    }
  })
}

async function waitForRoom(state: State, ask: Ask, write: boolean): Promise<void> {
  const windows = windowsOf(state, ask, write)
  for (;;) {
    const now = state.clock.now()
    const wait = Math.max(
      state.closedUntil - now,
      ...windows.map(({ window, points }) => waitFor(window, now, points)),
    )
    if (wait <= 0) {
      for (const { window, points } of windows) spend(window, now, points)
      return
    }
    if (wait > LIMITS.patience) fail({ is: 'again', after: wait, why: 'held back by our own pacing' })
    await new Promise<void>(resolve => state.clock.setTimer(wait, resolve))
  }
}

function windowsOf(state: State, ask: Ask, write: boolean): { window: Window; points: number }[] {
  const points = write ? 5 : 1
  const main = { window: isGraphql(ask) ? state.graphql : state.rest, points }
  if (!createsContent(ask)) return [main]
  return [main, { window: state.minute, points: 1 }, { window: state.hour, points: 1 }]
}

/** When GitHub says how long to be silent, the whole installation is. */
function close(state: State, error: unknown): void {
  const fault = toFault(error)
  if (fault.is === 'again' && fault.after !== null) {
    state.closedUntil = Math.max(state.closedUntil, state.clock.now() + fault.after)
  }
}

function isGraphql(ask: Ask): boolean {
  return ask.url.endsWith('/graphql')
}

function isWrite(ask: Ask): boolean {
  if (isGraphql(ask)) return /^\s*mutation\b/.test(String(ask.query ?? ''))
  return ask.method !== 'GET' && ask.method !== 'HEAD'
}

/** What people see appear: issues, comments, labels on them, pull requests, reviews, reactions, merges. */
function createsContent(ask: Ask): boolean {
  if (ask.method === 'GET' || ask.method === 'HEAD' || ask.method === 'DELETE') return false
  return /\/(issues|pulls)(\/|$)/.test(ask.url)
}
