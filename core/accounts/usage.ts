import { z } from 'zod'
import { WORK } from '../agents/work.ts'
import { TICKET_KINDS } from '../names.ts'
import { costOf, type Price } from './price.ts'

/** What attempts have used: a line for each on the ledger, written once when it is settled, and the sums that decisions need. */

/** USD and tokens, prompts and answers together. */
export type Amount = { usd: number; tokens: number }

export const NOTHING: Amount = { usd: 0, tokens: 0 }

export function addAmounts(a: Amount, b: Amount): Amount {
  return { usd: a.usd + b.usd, tokens: a.tokens + b.tokens }
}

const amount = z.strictObject({ usd: z.number(), tokens: z.number() })

const bytes = z.number().int().nonnegative()

/** See a report's `context`. */
const begun = z.strictObject({
  /** All that it was told in its longest prompt, and what of that stands in documents of a plan. */
  told: bytes,
  planning: bytes.nullable(),
  /** The first request to its model, and the largest, with all that its program adds. */
  asked: bytes.nullable(),
  largest: bytes.nullable(),
  /** Old sessions that it went on with; null: nobody saw its requests. */
  sessions: z.number().int().nonnegative().nullable(),
})

export const usageEvent = z.strictObject({
  /** When the attempt was claimed; milliseconds. It counts on that day. */
  at: z.number(),
  task: z.string(),
  issue: z.number().int(),
  attempt: z.number().int(),
  /** Reviews have numbers of their own. */
  kind: z.enum(TICKET_KINDS).default('work'),
  run: z.number().int().nullable(),
  agent: z.string(),
  model: z.string().nullable(),
  work: z.enum(WORK),
  epic: z.number().int().nullable(),
  by: z.strictObject({ id: z.number().int(), login: z.string() }).nullable(),
  outcome: z.string(),
  /** Those from a cache included; null: nobody knows. */
  tokens_in: z.number().nullable(),
  tokens_out: z.number().nullable(),
  tokens_cached: z.number().nullable(),
  cost_usd: z.number().nullable(),
  seconds: z.number(),
  /** What counts against budgets: what was used, or what was set aside where that is unknown. */
  charged: amount,
  /** What its agent began with, in bytes; null: nobody measured it, as of whoever lost a race. */
  context: begun.nullable().default(null),
  /** Did it go on from what an attempt before it had made? Null: nobody noted it. */
  continues: z.boolean().nullable().default(null),
  /** Another of those who raced won. */
  rival: z.boolean().default(false),
})
export type UsageEvent = z.infer<typeof usageEvent>

/** `timestamp|agent|model|task_id|tokens_in|tokens_out|duration_sec` */
export function printUsageLine(event: UsageEvent): string {
  const { at, agent, model, task, tokens_in, tokens_out, seconds } = event
  const fields = [new Date(at).toISOString(), agent, model, task, tokens_in, tokens_out, Math.round(seconds)]
  return fields.map(field => String(field ?? '').replaceAll('|', '/')).join('|')
}

export const sum = z.strictObject({
  attempts: z.number().int(),
  /** That ended with green checks. */
  done: z.number().int(),
  tokens_in: z.number(),
  tokens_out: z.number(),
  tokens_cached: z.number(),
  cost_usd: z.number(),
  seconds: z.number(),
  /** Attempts whose tokens, or whose cost, nobody knows. */
  uncounted: z.number().int(),
  unpriced: z.number().int(),
  charged: amount,
})
export type Sum = z.infer<typeof sum>

export const EMPTY: Sum = {
  attempts: 0,
  done: 0,
  tokens_in: 0,
  tokens_out: 0,
  tokens_cached: 0,
  cost_usd: 0,
  seconds: 0,
  uncounted: 0,
  unpriced: 0,
  charged: NOTHING,
}

export function addUsage(to: Sum, event: UsageEvent): Sum {
  // Reviews and rebases are part of what a task costs, and no tries at it.
  const isTry = event.kind !== 'review' && event.kind !== 'rebase'
  const unknown = event.tokens_in === null || event.tokens_out === null
  return {
    attempts: to.attempts + (isTry ? 1 : 0),
    done: to.done + (isTry && event.outcome === 'done' ? 1 : 0),
    tokens_in: to.tokens_in + (event.tokens_in ?? 0),
    tokens_out: to.tokens_out + (event.tokens_out ?? 0),
    tokens_cached: to.tokens_cached + (event.tokens_cached ?? 0),
    cost_usd: to.cost_usd + (event.cost_usd ?? 0),
    seconds: to.seconds + event.seconds,
    uncounted: to.uncounted + (unknown ? 1 : 0),
    unpriced: to.unpriced + (event.cost_usd === null ? 1 : 0),
    charged: addAmounts(to.charged, event.charged),
  }
}

export function addSums(a: Sum, b: Sum): Sum {
  return {
    attempts: a.attempts + b.attempts,
    done: a.done + b.done,
    tokens_in: a.tokens_in + b.tokens_in,
    tokens_out: a.tokens_out + b.tokens_out,
    tokens_cached: a.tokens_cached + b.tokens_cached,
    cost_usd: a.cost_usd + b.cost_usd,
    seconds: a.seconds + b.seconds,
    uncounted: a.uncounted + b.uncounted,
    unpriced: a.unpriced + b.unpriced,
    charged: addAmounts(a.charged, b.charged),
  }
}

/** What the same tokens would have cost with that one model, less what they did; null where some cost is unknown. */
export function savingOf(sum: Sum, strong: Price): number | null {
  if (sum.unpriced > 0 || sum.uncounted > 0) return null
  const tokens = { input: sum.tokens_in, cached: sum.tokens_cached, written: 0, output: sum.tokens_out }
  return costOf(tokens, strong) - sum.cost_usd
}

/** The sums that decisions need, on the ledger beside the lines that they are made of. */
export const totals = z.strictObject({
  version: z.literal(1),
  epics: z.record(z.string(), sum),
  /** By day (UTC), the last few. `users` by account id. */
  days: z.record(z.string(), z.strictObject({ all: sum, users: z.record(z.string(), sum) })),
  agents: z.record(z.string(), sum),
  /** By kind of work, counted since this is kept: what reviews and rebases cost beside it. */
  kinds: z.partialRecord(z.enum(TICKET_KINDS), sum).default({}),
  /** Budgets of which it was said that they are nearly used up. */
  warned: z.array(z.string()),
})
export type Totals = z.infer<typeof totals>

export const NO_TOTALS: Totals = { version: 1, epics: {}, days: {}, agents: {}, kinds: {}, warned: [] }

/** Attempts that began before the oldest of them count on no day any more. */
const DAYS_KEPT = 8
const EPICS_KEPT = 300
/** Of budgets that are not nearly used up any more, or of days gone by. */
const WARNINGS_KEPT = 200

export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

/**
 * @param warned budgets of which it is told just now that they are nearly used up
 * @param isNear is it so still? Then that it was told is never forgotten, or it would be told again and again.
 */
export function addToTotals(
  before: Totals,
  events: readonly UsageEvent[],
  warned: readonly string[],
  isNear: (budget: string) => boolean = () => false,
): Totals {
  const { epics, days, agents, kinds } = events.reduce(addToAll, before)
  const kept = Object.entries(days)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .slice(-DAYS_KEPT)
  // Numbers rise in an object: these are the newest.
  const recent = Object.entries(epics).slice(-EPICS_KEPT)
  const { near = [], past = [] } = Object.groupBy(before.warned, one => (isNear(one) ? 'near' : 'past'))
  return {
    version: 1,
    epics: Object.fromEntries(recent),
    days: Object.fromEntries(kept),
    agents,
    kinds,
    warned: [...new Set([...past.slice(-WARNINGS_KEPT), ...near, ...warned])],
  }
}

function addToAll(totals: Totals, event: UsageEvent): Totals {
  const day = dayOf(event.at)
  const today = totals.days[day] ?? { all: EMPTY, users: {} }
  const users = event.by === null ? today.users : addTo(today.users, String(event.by.id), event)
  return {
    ...totals,
    epics: event.epic === null ? totals.epics : addTo(totals.epics, String(event.epic), event),
    days: { ...totals.days, [day]: { all: addUsage(today.all, event), users } },
    agents: tellsOfWork(event) ? addTo(totals.agents, event.agent, event) : totals.agents,
    kinds: isSpent(event) ? addTo(totals.kinds, event.kind, event) : totals.kinds,
  }
}

/** Not what never came to a conversation, no review and no rebase: they say nothing of what the agent's work costs. */
function tellsOfWork(event: UsageEvent): boolean {
  return event.kind !== 'review' && event.kind !== 'rebase' && isSpent(event)
}

function isSpent({ tokens_in, tokens_out }: UsageEvent): boolean {
  return tokens_in !== 0 || tokens_out !== 0
}

function addTo(sums: Readonly<Record<string, Sum>>, key: string, event: UsageEvent): Record<string, Sum> {
  return { ...sums, [key]: addUsage(sums[key] ?? EMPTY, event) }
}
