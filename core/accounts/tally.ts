import type { Instant, World } from '../world.ts'
import { settleAll, UNSETTLED } from './settle.ts'
import { addUsage, dayOf, EMPTY, type Sum, type UsageEvent } from './usage.ts'

/** What attempts used, put together for people. */

export const GROUPS = ['agent', 'model', 'type', 'day', 'epic', 'kind'] as const
export type Group = (typeof GROUPS)[number]

export function keyOf(event: UsageEvent, by: Group): string {
  switch (by) {
    case 'agent':
      return event.agent
    case 'model':
      return event.model ?? 'unknown'
    case 'type':
      return event.work
    case 'kind':
      return event.kind
    case 'day':
      return dayOf(event.at)
    case 'epic':
      return event.epic === null ? 'none' : `#${event.epic}`
  }
}

/** Days rising, all else by cost and then tokens, most first. */
export function groupUsage(events: readonly UsageEvent[], by: Group): { key: string; sum: Sum }[] {
  const sums = [...Map.groupBy(events, event => keyOf(event, by))].map(([key, all]) => ({
    key,
    sum: all.reduce(addUsage, EMPTY),
  }))
  return sums.sort((a, b) =>
    by === 'day'
      ? a.key.localeCompare(b.key)
      : b.sum.cost_usd - a.sum.cost_usd ||
        b.sum.tokens_in + b.sum.tokens_out - a.sum.tokens_in - a.sum.tokens_out ||
        a.key.localeCompare(b.key),
  )
}

/** Of attempts that are over and whose line is not on the ledger yet: it rides along with the next write. */
export function findUnwritten(world: World, now: Instant): UsageEvent[] {
  return world.tasks.flatMap(task => settleAll(task, task.record ?? UNSETTLED, { ...world, now }).events)
}
