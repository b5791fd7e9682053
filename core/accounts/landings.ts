import { z } from 'zod'
import type { TaskId } from '../names.ts'
import type { Instant } from '../world.ts'
import { dayOf } from './usage.ts'

/** A line of the log, as far as it tells of landings. `attempt`: of which it tells; null where it tells of none. */
export type Logged = { at: Instant; task: TaskId; event: string; attempt: number | null }

/** As it stands on the ledger, whatever else it says. */
export const loggedLine = z
  .object({
    at: z.number(),
    task: z.string().nullable(),
    event: z.string(),
    evidence: z.object({ attempt: z.number().optional() }).catch({}),
  })
  .transform(({ evidence, ...line }) => ({ ...line, attempt: evidence.attempt ?? null }))

/** What came of proposals. Minutes; null where nothing landed whose proposal is in the log. */
export type LandingMetrics = {
  landed: number
  /** By a person's word, after they had landed. */
  taken_back: number
  /** For another attempt: red, in conflict, or because people asked for changes. */
  sent_back: number
  /** By a person's word, before they landed. */
  taken_out: number
  /** From the proposal that landed until it did. `known`: of so many. */
  wait: { known: number; p50: number | null; p95: number | null }
}

/** Tasks that have landed and were not taken back. @param events in the order in which they were written */
export function listLanded(events: readonly Logged[]): Set<TaskId> {
  const landed = new Set<TaskId>()
  for (const { task, event } of events) {
    if (event === 'merged') landed.add(task)
    if (event === 'undoing') landed.delete(task)
  }
  return landed
}

/** @param since a day (`2026-11-20`): what landed, or left, before it is not counted; null: all */
export function measureLandings(events: readonly Logged[], since: string | null): LandingMetrics {
  const proposed = new Map<TaskId, Proposed>()
  const undoing = new Set<TaskId>()
  const waits: number[] = []
  const counts = { landed: 0, taken_back: 0, sent_back: 0, taken_out: 0 }
  for (const line of events) {
    const { at, task, event, attempt } = line
    const counted = dayOf(at) >= (since ?? '') ? 1 : 0
    const shown = proposed.get(task)
    const isBack = shown !== undefined && isSentBack(shown, line)
    if (isBack) counts.sent_back += counted
    if (isBack || event === 'merged') proposed.delete(task)
    if (event === 'proposed') proposed.set(task, isBack ? { at, attempt } : (shown ?? { at, attempt }))
    // The same landing, that somebody kept after all.
    const isKept = event === 'merged' && undoing.has(task)
    if (event === 'merged' && !isKept) {
      if (counted > 0 && shown !== undefined) waits.push((at - shown.at) / 60_000)
      counts.landed += counted
    }
    if (undoing.has(task) && STANDS.test(event) && !isKept) counts.taken_back += counted
    if (event === 'undoing') undoing.add(task)
    else if (STANDS.test(event)) undoing.delete(task)
    if (event === 'landing:ejected') counts.taken_out += counted
  }
  waits.sort((a, b) => a - b)
  return { ...counts, wait: { known: waits.length, p50: rank(waits, 0.5), p95: rank(waits, 0.95) } }
}

type Proposed = Pick<Logged, 'at' | 'attempt'>

/** What a task is from then on, in the log; the other lines only tell of it. While it is being taken back it has landed. */
const STANDS =
  /^(?:waiting:.*|idle|malformed|ready|claimed|running|attempted|proposed|stuck|dropped|planned|merged)$/

/** States in which another attempt is on its way. */
const AGAIN: ReadonlySet<string> = new Set(['ready', 'claimed', 'running', 'attempted'])

/** Between two lines of the log a task may have come further: also a proposal of a later attempt says so. */
function isSentBack(shown: Proposed, { event, attempt }: Logged): boolean {
  if (attempt === null || shown.attempt === null) return AGAIN.has(event)
  return (AGAIN.has(event) || event === 'proposed') && attempt > shown.attempt
}

/** The smallest value that at least this share does not exceed. */
function rank(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null
}
