import type { Criterion, Outcome, Report } from '../contract/report.ts'
import type { AgentSpec, Ticket } from '../contract/ticket.ts'

/** A race: several agents at one attempt at the same time, each with files of its own. What each made is judged alike. */

/** A change as its size is compared: lines that come and go, then bytes of the files that it leaves. */
export type Size = { lines: number; bytes: number }

/** What a contender came to. `red`: how many of its checks did not pass; `size` null: it changed nothing that can be shown. */
export type Entry = { outcome: Outcome; red: number; size: Size | null }

/** `winner` is an index. */
export type Choice = { winner: number; by: Criterion }

/**
 * Green checks before a question, a question before red checks, and so on down to what never ran; of equals the one with
 * fewer red checks, then the smaller change, then whoever is named first. So the same entries always have the same winner,
 * and one that only its service failed wins only when all failed: then it is the first of them.
 */
export function chooseWinner(entries: readonly Entry[]): Choice {
  const order = entries.map((_, at) => at).sort((a, b) => compare(entries[a]!, entries[b]!) || a - b)
  const [winner = 0, next] = order
  if (next === undefined) return { winner, by: 'order' }
  const [best, second] = [entries[winner]!, entries[next]!]
  if (compareChecks(best, second) !== 0) return { winner, by: 'checks' }
  return { winner, by: compare(best, second) !== 0 ? 'size' : 'order' }
}

function compare(a: Entry, b: Entry): number {
  // Where no work was done what lies about says nothing.
  return compareChecks(a, b) || (worthOf(a) === WORTHLESS ? 0 : compareSizes(a, b))
}

/** What is worth more first. Outcomes that are not named say that no work was done, whatever was in its way. */
const WORTH: Partial<Record<Outcome, number>> = {
  done: 0,
  question: 1,
  'red-checks': 2,
  'timed-out': 3,
  'no-change': 4,
  refused: 5,
}
const WORTHLESS = 6

function compareChecks(a: Entry, b: Entry): number {
  return worthOf(a) - worthOf(b) || a.red - b.red
}

function worthOf({ outcome }: Entry): number {
  return WORTH[outcome] ?? WORTHLESS
}

/** No change at all is no small change. */
function compareSizes({ size: a }: Entry, { size: b }: Entry): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return a.lines - b.lines || a.bytes - b.bytes
}

/** Everybody who works at the attempt, in order; one of them where it is no race. */
export function contendersOf(ticket: Pick<Ticket, 'agent' | 'race'>): AgentSpec[] {
  return [ticket.agent, ...(ticket.race?.others ?? [])]
}

/** Who made what an attempt shows. The report only says which of those that the ticket names. */
export function makerOf(ticket: Pick<Ticket, 'agent' | 'race'>, race: Report['race']): AgentSpec {
  return contendersOf(ticket)[race?.winner ?? 0] ?? ticket.agent
}
