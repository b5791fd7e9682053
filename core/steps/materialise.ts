import type { Effect } from '../effect.ts'
import type { Folding } from '../fold.ts'
import { type Imported, planImport } from '../interchange/steps.ts'
import { chooseLive, EPIC, printPlanned, toReading } from '../planning/roadmap.ts'
import type { TaskState } from '../state.ts'

type Planned = Extract<TaskState, { is: 'planned' }>

/**
 * The next tasks of an approved plan become issues below its own, with links: what is missing, and nothing else, so that it
 * goes on wherever it was cut off. The issue closes when all that was planned is done.
 */
export function materialise(facts: Folding, _state: Planned): Effect[] {
  const { task, world, above, record } = facts
  const { plan, issue } = task
  if (plan === null || !plan.backlog.ok || above !== null) return []
  if (record.paused || record.stopped !== null || world.ledger.controls.paused !== null) return []
  const backlog = plan.backlog.value
  const epic = { number: issue.number, id: issue.id, key: EPIC, open: true, parent: null, blockedBy: [] }
  const issues = plan.below.map(one => withLinks(one, facts))
  const live = chooseLive(backlog, plan.below)
  const texts = new Map(live.map(one => [one.id, printPlanned(backlog.feature, one)]))
  const { steps } = planImport(
    toReading(backlog.feature, live),
    [epic, ...issues],
    ({ key }) => texts.get(key)!,
  )
  const done = live.length === backlog.tasks.length && plan.below.every(one => !one.open)
  const made: Effect[] = steps.map(step => ({ do: 'step', task: task.id, epic: issue.number, step }))
  return done && steps.length === 0 ? [{ do: 'close', task: task.id, issue: issue.number }] : made
}

/** Of a task that has begun, links are people's to change: none is put back. */
function withLinks(one: Imported, { task, world }: Folding): Imported {
  const child = world.tasks.find(other => other.issue.number === one.number)
  if (one.open && child?.record?.approval == null) return one
  const { plan, issue } = task
  const numbers = plan?.below.map(other => other.number) ?? []
  return { ...one, parent: issue.number, blockedBy: numbers }
}
