import type { Effect } from '../effect.ts'
import type { Folding } from '../fold.ts'
import type { IssueText } from '../interchange/issue.ts'
import { type End, type Imported, planImport, type Step } from '../interchange/steps.ts'
import { followsPlan } from '../planning/left.ts'
import { chooseLive, EPIC, printPlanned, toReading } from '../planning/roadmap.ts'
import type { TaskState } from '../state.ts'
import type { TaskFacts } from '../world.ts'
import { isOpenAgain } from './finish.ts'

type Planned = Extract<TaskState, { is: 'planned' }>

/**
 * The next tasks of an approved plan become issues below its own, with links: what is missing, and nothing else, so that it
 * goes on wherever it was cut off. The issue closes when all that was planned is done.
 */
export function materialise(facts: Folding, _state: Planned): Effect[] {
  const { task, world, above, record } = facts
  const { plan, issue } = task
  if (plan === null || !plan.backlog.ok || above !== null) return []
  if (record.paused || record.stopped !== null) return []
  // What is not believed may hold a stop.
  if (task.distrust !== null || world.ledger.broken.controls !== null) return []
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
  const revised = plan.below.flatMap(one => revise(one, texts.get(one.key) ?? null, facts))
  const due = [...revised, ...steps]
  const done = live.length === backlog.tasks.length && plan.below.every(one => !one.open)
  if (done && due.length === 0 && !isOpenAgain(task)) {
    return [{ do: 'close', task: task.id, issue: issue.number }]
  }
  return due.map(step => ({ do: 'step', task: task.id, epic: issue.number, step }))
}

/** Edits of the backlog reach what nobody has begun, and whose words nobody else has changed. */
function revise(one: Imported, text: IssueText | null, { task, world }: Folding): Step[] {
  const child = world.tasks.find(other => other.issue.number === one.number)
  if (child === undefined || !one.open || !followsPlan(child, world.app)) return []
  if (text === null) return [{ do: 'drop', issue: one.number, path: task.plan?.path ?? '' }]
  const { title, body } = text
  const same = child.issue.title === title && child.issue.body === body
  const freed = findDropped(child, task).map(
    (blocker): Step => ({ do: 'unblock', issue: { number: one.number, id: one.id }, blocker }),
  )
  return [...freed, ...(same ? [] : [{ do: 'reword' as const, issue: one.number, title, body }])]
}

/**
 * What it is blocked by though the backlog has that no longer. A link to a task that the backlog still has stays: a person may have
 * made it, and is told.
 */
function findDropped(child: TaskFacts, { plan }: TaskFacts): End[] {
  if (plan === null || !plan.backlog.ok) return []
  const { tasks } = plan.backlog.value
  const blockers = child.blockers.filter(one => one.repo === null).map(one => one.issue)
  return plan.below
    .filter(({ number, key }) => blockers.includes(number) && !tasks.some(task => task.id === key))
    .map(({ number, id }) => ({ number, id }))
}

/** Of a task that has begun, links are people's to change: none is put back. */
function withLinks(one: Imported, { task, world }: Folding): Imported {
  const child = world.tasks.find(other => other.issue.number === one.number)
  if (one.open && child?.record?.approval == null) return one
  const { plan, issue } = task
  const numbers = plan?.below.map(other => other.number) ?? []
  return { ...one, parent: issue.number, blockedBy: numbers }
}
