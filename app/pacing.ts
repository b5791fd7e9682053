import { FaultError, toFault } from '../forge/fault.ts'
import type { Clock } from './clock.ts'
import { openTurns, type Turns, type Verdict } from './turns.ts'
import { openWindow, spend, totalOf, type Window, waitFor } from './window.ts'

/**
 * How fast we ask one installation's GitHub. In place of Octokit's throttling, which sends one write a second and three
 * seconds between notifying ones: right for scripts, but 30 tasks would wait minutes for their dispatch. GitHub's own
 * limits are these (docs.github.com, "Rate limits for the REST API", secondary limits):
 *   100 requests at once · 900 points a minute on REST (read 1, write 5) · 2 000 on GraphQL (query 1, mutation 5) ·
 *   about 80 content-creating requests a minute and 500 an hour.
 * An answer 304 is free of the hourly ("primary") limit only: of the points per minute nothing is said, so it costs one here.
 * We keep to a part of each, as people and other tools spend from the same account, and never have two writes under way:
 * GitHub asks for serial writes. Repositories take turns, so that one with thousands of things to read holds up no other.
 */
export const LIMITS = {
  readsAtOnce: 10,
  restPoints: { span: 60_000, cap: 800 },
  graphqlPoints: { span: 60_000, cap: 1_800 },
  contentMinute: { span: 60_000, cap: 75 },
  contentHour: { span: 3_600_000, cap: 480 },
  /** Of that hour's content, for repositories that had less than their equal part of it: one that makes hundreds leaves this to others. */
  keptForOthers: 96,
  /** Points that reads leave to writes: what a large look reads must not keep a claim waiting. */
  keptForWrites: 100,
  /**
   * A wait for content, or for an end of GitHub's silence, is waited in place up to this long. A longer one puts off what
   * creates content, or ends the pass, which looks again when GitHub may be asked. Points come back within the minute: they are always waited for, so that a look
   * that needs more than a minute's worth ends too.
   */
  patience: 5_000,
}

export type Limits = typeof LIMITS

/** What is about to be asked, in the words of the request (Octokit's endpoint options). */
export type Ask = { method: string; url: string; query?: unknown }

export type Lane = {
  /** Sends when it is its turn and there is room. Throws the fault `again` for what is not waited for. */
  run<T>(ask: Ask, send: () => Promise<T>): Promise<T>
  /** For the status page: what is left of this hour's content, and until when GitHub wants silence. */
  room(): { content: number; closedUntil: number | null }
}

export type Pacing = {
  /** @param party who takes turns with the others of the installation: a repository's id, or 0. */
  lane(installation: number, party: number): Lane
  /** From now on nothing waits for long. */
  stop(): void
}

export function createPacing(clock: Clock, limits: Limits = LIMITS): Pacing {
  const states = new Map<number, State>()
  return {
    lane(installation, party) {
      const state = states.get(installation) ?? openState(clock, limits)
      states.set(installation, state)
      if (party !== NOBODY) state.parties.add(String(party))
      return openLane(state, String(party))
    },
    stop() {
      for (const state of states.values()) {
        state.stopping = true
        serve(state)
      }
    },
  }
}

type Kind = 'read' | 'query' | 'write' | 'mutation' | 'content'

/** What is asked for no repository. */
export const NOBODY = 0

type State = {
  clock: Clock
  limits: Limits
  reads: Turns<Kind>
  writes: Turns<Kind>
  rest: Window
  graphql: Window
  minute: Window
  hour: Window
  /** What each repository had of it. */
  hours: Map<string, Window>
  parties: Set<string>
  closedUntil: number
  stopping: boolean
}

function openState(clock: Clock, limits: Limits): State {
  const { readsAtOnce, restPoints, graphqlPoints, contentMinute, contentHour } = limits
  const turns = (width: number) =>
    openTurns<Kind>({
      width,
      clock,
      judge: (kind, party) => judge(state, kind, party),
      begin: (kind, party) => {
        for (const { window, points } of costsOf(state, kind, party)) spend(window, clock.now(), points)
        if (kind === 'content') spend(hourOf(state, party), clock.now(), 1)
      },
    })
  const state: State = {
    clock,
    limits,
    reads: turns(readsAtOnce),
    writes: turns(1),
    rest: openWindow(restPoints.span, restPoints.cap),
    graphql: openWindow(graphqlPoints.span, graphqlPoints.cap),
    minute: openWindow(contentMinute.span, contentMinute.cap),
    hour: openWindow(contentHour.span, contentHour.cap),
    hours: new Map(),
    parties: new Set(),
    closedUntil: 0,
    stopping: false,
  }
  return state
}

function openLane(state: State, party: string): Lane {
  return {
    run: (ask, send) => {
      const kind = kindOf(ask)
      const turns = kind === 'read' || kind === 'query' ? state.reads : state.writes
      return turns.enter(party, kind, async () => {
        try {
          return await send()
        } catch (error) {
          close(state, error)
          throw error
        }
      })
    },
    room: () => ({
      content: state.limits.contentHour.cap - state.hour.spent.length,
      closedUntil: state.closedUntil > state.clock.now() ? state.closedUntil : null,
    }),
  }
}

function judge(state: State, kind: Kind, party: string): Verdict {
  const now = state.clock.now()
  const { patience } = state.limits
  const waits = costsOf(state, kind, party).map(({ window, points, kept }) => ({
    of: window === state.minute || window === state.hour ? ('content' as const) : ('points' as const),
    wait: waitFor(window, now, points + kept),
  }))
  const silence = state.closedUntil - now
  const wait = Math.max(silence, ...waits.map(one => one.wait))
  if (wait <= 0) return { is: 'now' }
  const isHeld = (of: 'content' | 'points') => waits.some(one => one.of === of && one.wait > patience)
  if (silence > patience) return refuse(silence, 'GitHub asked for silence')
  if (isHeld('content')) return refuse(wait, 'what people see appear is near its limit', 'content')
  if (state.stopping && isHeld('points')) return refuse(wait, 'the process ends')
  return { is: 'later', wait }
}

function refuse(after: number, because: string, only?: 'content'): Verdict {
  const why = `held back by our own pacing: ${because}`
  const fault = { is: 'again' as const, after, why, ...(only === undefined ? {} : { only }) }
  return { is: 'refused', why: new FaultError(fault) }
}

type Cost = { window: Window; points: number; kept: number }

function costsOf(state: State, kind: Kind, party: string): Cost[] {
  const main = kind === 'query' || kind === 'mutation' ? state.graphql : state.rest
  if (kind === 'read' || kind === 'query')
    return [{ window: main, points: 1, kept: state.limits.keptForWrites }]
  const cost = { window: main, points: 5, kept: 0 }
  if (kind !== 'content') return [cost]
  const kept = keptFrom(state, party)
  return [cost, { window: state.minute, points: 1, kept: 0 }, { window: state.hour, points: 1, kept }]
}

/** Whoever had its equal part of the hour's content already takes nothing of what is kept for the others. */
function keptFrom(state: State, party: string): number {
  const { parties, limits } = state
  if (parties.size < 2 || party === String(NOBODY)) return 0
  const part = (limits.contentHour.cap - limits.keptForOthers) / parties.size
  return totalOf(hourOf(state, party), state.clock.now()) < part ? 0 : limits.keptForOthers
}

function hourOf({ hours, limits }: State, party: string): Window {
  const window = hours.get(party) ?? openWindow(limits.contentHour.span, limits.contentHour.cap)
  hours.set(party, window)
  return window
}

/** When GitHub says how long to be silent, the whole installation is. */
function close(state: State, error: unknown): void {
  const fault = toFault(error)
  if (fault.is !== 'again' || fault.after === null || fault.only !== undefined) return
  state.closedUntil = Math.max(state.closedUntil, state.clock.now() + fault.after)
  serve(state)
}

function serve({ reads, writes }: State): void {
  reads.serve()
  writes.serve()
}

function kindOf(ask: Ask): Kind {
  if (ask.url.endsWith('/graphql')) {
    return /^\s*mutation\b/.test(String(ask.query ?? '')) ? 'mutation' : 'query'
  }
  if (ask.method === 'GET' || ask.method === 'HEAD') return 'read'
  return createsContent(ask) ? 'content' : 'write'
}

/**
 * What people see appear: issues, comments, labels on them, pull requests, reviews, reactions. Not merges: put off behind its
 * gate, which is no content, each would turn that green and take it back at every look.
 */
function createsContent(ask: Ask): boolean {
  return ask.method !== 'DELETE' && !ask.url.endsWith('/merge') && /\/(issues|pulls)(\/|$)/.test(ask.url)
}
