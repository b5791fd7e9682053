import type { TaskId } from '../names.ts'
import type { Instant } from '../world.ts'
import { dayOf } from './usage.ts'

/** A line of the log, as far as it tells of landings. */
export type Logged = { at: Instant; task: TaskId; event: string }

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
  const proposed = new Map<TaskId, Instant>()
  const waits: number[] = []
  const counts = { landed: 0, taken_back: 0, sent_back: 0, taken_out: 0 }
  for (const { at, task, event } of events) {
    const counted = dayOf(at) >= (since ?? '')
    const began = proposed.get(task)
    if (event === 'proposed') proposed.set(task, began ?? at)
    if (AGAIN.has(event)) {
      proposed.delete(task)
      if (counted && began !== undefined) counts.sent_back += 1
    }
    if (event === 'merged') {
      proposed.delete(task)
      if (counted && began !== undefined) waits.push((at - began) / 60_000)
      if (counted) counts.landed += 1
    }
    if (counted && event === 'undoing') counts.taken_back += 1
    if (counted && event === 'landing:ejected') counts.taken_out += 1
  }
  waits.sort((a, b) => a - b)
  return { ...counts, wait: { known: waits.length, p50: rank(waits, 0.5), p95: rank(waits, 0.95) } }
}

/** States in which another attempt is on its way. */
const AGAIN: ReadonlySet<string> = new Set(['ready', 'claimed', 'running', 'attempted'])

/** The smallest value that at least this share does not exceed. */
function rank(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null
}
