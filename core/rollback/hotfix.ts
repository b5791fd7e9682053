import type { Effect } from '../effect.ts'
import type { TaskRecord } from '../ledger.ts'
import { keepLevel } from '../steps/wish.ts'
import { explainMany, explainTarget, NOT_LANDED, whichIssue } from '../words/hotfix.ts'
import type { TaskFacts, World } from '../world.ts'
import { findBehind, isLanded, waitsFor } from './behind.ts'

/**
 * A task has landed and turns out bad. Where few build on it, another task mends it and they wait for that one; where many
 * do, it is rolled back: rollback.ts.
 */

/** More than these are not mended under way. */
const MOST_MENDED = 2

/** Why `target` cannot become the task that mends this one; null when it can. */
export function explainHotfix(
  tasks: readonly TaskFacts[],
  { task, target }: { task: TaskFacts; target: number | null },
): string | null {
  if (!isLanded(task)) return NOT_LANDED
  const behind = findBehind(tasks, task.issue.number).filter(({ issue }) => issue.number !== target)
  const affected = behind.filter(one => isLanded(one) || one.issue.state === 'open')
  if (affected.length > MOST_MENDED) return explainMany(numbersOf(affected))
  if (target === null) return whichIssue(numbersOf(affected.filter(({ issue }) => issue.state === 'open')))
  const mending = tasks.find(({ issue }) => issue.number === target && issue.state === 'open')
  return mending !== undefined && !isBehind(tasks, mending, task.issue.number) ? null : explainTarget(target)
}

function numbersOf(tasks: readonly TaskFacts[]): number[] {
  return tasks.map(({ issue }) => issue.number).toSorted((a, b) => a - b)
}

/** Does it wait for that issue, or for an open one that does? Then those that wait for it would wait for themselves. */
function isBehind(tasks: readonly TaskFacts[], mending: TaskFacts, bad: number): boolean {
  const reached = new Set([mending])
  for (const one of reached) {
    if (waitsFor(one, bad)) return true
    for (const other of tasks) {
      if (other.issue.state === 'open' && waitsFor(one, other.issue.number)) reached.add(other)
    }
  }
  return false
}

/** What is missing for each hotfix that is still open: its priority, and the links of those who wait for it. */
export function keepHotfixes({ tasks, ledger }: World): Effect[] {
  const effects: Effect[] = []
  for (const { hotfix, issue } of ledger.records.values()) {
    if (hotfix !== null) effects.push(...keepHotfix(tasks, issue, hotfix))
  }
  return effects
}

function keepHotfix(tasks: readonly TaskFacts[], bad: number, hotfix: Hotfix): Effect[] {
  const mending = tasks.find(({ issue }) => issue.number === hotfix.issue)
  if (mending === undefined || mending.issue.state === 'closed') return []
  const waiting = listWaiting(tasks, bad, hotfix.issue)
  const links = waiting.filter(one => !waitsFor(one, mending.issue.number))
  return [
    ...links.map((one): Effect => {
      const step = { do: 'block', issue: endOf(one), blocker: endOf(mending) } as const
      return { do: 'step', task: one.id, epic: bad, step }
    }),
    ...keepLevel(mending, { level: 0, at: hotfix.at }),
  ]
}

/** Who waits for it directly, and so for what mends it. */
export function listWaiting(tasks: readonly TaskFacts[], bad: number, mending: number | null): TaskFacts[] {
  return tasks.filter(one => one.issue.state === 'open' && one.issue.number !== mending && waitsFor(one, bad))
}

type Hotfix = NonNullable<TaskRecord['hotfix']>

function endOf({ issue }: TaskFacts): { number: number; id: number } {
  return { number: issue.number, id: issue.id }
}
