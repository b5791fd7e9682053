import { countPassed, type Route } from '../agents/route.ts'
import type { Folding } from '../fold.ts'
import { rebasesOf } from '../rebase/due.ts'

/** No tries of the agent's: an attempt in which only the model service failed, as long as another can take over; and a run that thought the task over. */
export function countTries(facts: Folding, attempt: number): number {
  const route = routeOf(facts)
  const passed = route === null ? 0 : countPassed(route, attempt)
  const { countFrom } = facts.record
  const rebases = rebasesOf(facts.task).filter(one => countFrom < one.attempt && one.attempt <= attempt)
  return attempt - countFrom - passed - rebases.length
}

/** May the agent, by itself, try once more after that attempt? */
export function hasTriesLeft(facts: Folding, attempt: number): boolean {
  return facts.config.ok && countTries(facts, attempt) < facts.config.value.limits.attempts
}

/** Null where the configuration or the task cannot be read. */
export function routeOf({ world, config, task, record, spec, unwell, assignedAbove }: Folding): Route | null {
  const read = spec()
  if (!config.ok || !read.ok) return null
  return {
    config: config.value,
    task,
    // What was said on the task itself goes before what was said of all below its epic.
    record: record.assigned === null ? { ...record, assigned: assignedAbove() } : record,
    work: read.value.work,
    totals: world.ledger.controls.usage,
    unwell,
  }
}
