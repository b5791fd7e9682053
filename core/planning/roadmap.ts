import type { Backlog, BacklogTask } from '../backlog/contract.ts'
import { SIZE_HOURS } from '../backlog/contract.ts'
import { findCriticalPath, readWaits } from '../backlog/graph.ts'
import { printTaskBody } from '../backlog/issue.ts'
import type { IssueText } from '../interchange/issue.ts'
import { emptyItem, type Item, type Reading, USUAL_PRIORITY } from '../interchange/item.ts'
import type { Imported } from '../interchange/steps.ts'
import { NEEDS_REVIEW_LABEL, printPriorityLabel, printSizeLabel } from '../labels.ts'
import { printImportMarker, printPlanSource } from '../names.ts'
import { quoteTracker } from '../text/quote.ts'

/** The backlog is the roadmap; of its tasks only some are issues at a time. */
export const LIVE = { fewest: 5, most: 12 } as const

/** What the issue above is called among those below it: no task has that id. */
export const EPIC = ''

/** The tasks that are to be issues now: those that are, and others when few of them are open. */
export function chooseLive(
  { tasks }: Backlog,
  issues: readonly Pick<Imported, 'key' | 'open'>[],
): BacklogTask[] {
  const made = new Set(issues.map(issue => issue.key))
  const live = issues.filter(issue => issue.open).length
  const next = inOrder(tasks).filter(task => !made.has(task.id))
  const room = live < LIVE.fewest ? LIVE.most - live : 0
  const chosen = new Set([...made, ...next.slice(0, room).map(task => task.id)])
  return tasks.filter(task => chosen.has(task.id))
}

/** What others wait for comes first; else what has the longest way behind it, then the most urgent. */
function inOrder(tasks: readonly BacklogTask[]): BacklogTask[] {
  const dependents = new Map(tasks.map(({ id }) => [id, tasks.filter(one => one.depends_on.includes(id))]))
  const waits = readWaits(tasks.map(({ id }) => ({ id, depends_on: dependents.get(id)!.map(one => one.id) })))
  const hours = new Map(tasks.map(task => [task.id, SIZE_HOURS[task.size] as number]))
  const behind = new Map(
    tasks.map(({ id }) => [id, findCriticalPath(below(waits, id), one => hours.get(one) ?? 0).hours]),
  )
  // A task has a longer way behind it than any that waits for it: so the order is one in which it can be done.
  return tasks.toSorted((a, b) => behind.get(b.id)! - behind.get(a.id)! || a.priority - b.priority)
}

/** A task and all that waits for it. */
function below(waits: ReadonlyMap<string, readonly string[]>, from: string): Map<string, readonly string[]> {
  const found = new Set([from])
  for (const id of found) for (const next of waits.get(id) ?? []) found.add(next)
  return new Map([...found].map(id => [id, waits.get(id) ?? []]))
}

/** As an import of those tasks below the epic. */
export function toReading(feature: string, tasks: readonly BacklogTask[]): Reading {
  return { source: printPlanSource(feature), format: 'backlog', items: tasks.map(toItem), notes: [] }
}

function toItem(task: BacklogTask): Item {
  return {
    ...emptyItem(task.id, task.title),
    priority: task.priority,
    parent: EPIC,
    blockedBy: task.depends_on,
  }
}

/** The issue of a planned task; its body is what the form would have made of the same answers. */
export function printPlanned(feature: string, task: BacklogTask): IssueText {
  const marker = printImportMarker({ source: printPlanSource(feature), key: task.id })
  return {
    title: quoteTracker(task.title),
    body: `${marker}\n\n${quoteTracker(printTaskBody(task))}`,
    labels: [
      ...(task.priority === USUAL_PRIORITY ? [] : [printPriorityLabel(task.priority)]),
      printSizeLabel(task.size),
      ...(task.needs_review ? [NEEDS_REVIEW_LABEL] : []),
    ],
  }
}
