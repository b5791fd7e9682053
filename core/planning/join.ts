import { showsPlan } from '../attempt/attempt.ts'
import type { Backlog, BacklogTask } from '../backlog/contract.ts'
import type { Imported } from '../interchange/steps.ts'
import { parseImportMarker, printPlanSource } from '../names.ts'
import { isOurApp } from '../people/intent.ts'
import type { AppFacts, TaskFacts } from '../world.ts'
import type { PlanFacts } from './facts.ts'
import { printPlanned } from './roadmap.ts'

/**
 * Puts together what stands in two places: an epic learns which issues its plan's tasks are, and those issues learn what
 * the plan says of them. Facts only; what follows from them is judged elsewhere.
 */
export function joinPlans(tasks: readonly TaskFacts[], app: AppFacts): TaskFacts[] {
  const epics = tasks.filter(isUnderWay)
  if (epics.length === 0) return [...tasks]
  const joined = new Map<TaskFacts, TaskFacts>()
  for (const epic of epics) {
    const { plan } = epic
    const children = tasks.filter(task => isMadeFor(task, plan.backlog.value, app))
    const issues = findIssues(epic, children)
    joined.set(epic, { ...epic, plan: { ...plan, below: issues } })
    for (const child of children) joined.set(child, { ...child, planned: findPlanned(child, epic, issues) })
  }
  return tasks.map(task => joined.get(task) ?? task)
}

type Epic = TaskFacts & { plan: PlanFacts & { backlog: { ok: true; value: Backlog } } }

function isUnderWay(task: TaskFacts): task is Epic {
  return task.plan?.backlog.ok === true && task.pull?.state === 'merged' && showsPlan(task)
}

/** Only what this app wrote itself tells the truth about where it came from. */
function isMadeFor({ issue }: TaskFacts, { feature }: Backlog, app: AppFacts): boolean {
  return isOurApp(issue.author, app) && parseImportMarker(issue.body)?.source === printPlanSource(feature)
}

function keyOf({ issue }: TaskFacts): string {
  return parseImportMarker(issue.body)?.key ?? ''
}

/** What is read of the children themselves, and what is known of those that are out of view or not listed yet. */
function findIssues(epic: Epic, children: readonly TaskFacts[]): Imported[] {
  const known = new Map(epic.plan.below.map(one => [one.number, one]))
  for (const child of children) {
    const { number, id, state, parent } = child.issue
    const before = known.get(number)
    const blockedBy = [...blockersHere(child), ...(before?.blockedBy ?? [])]
    known.set(number, {
      number,
      id,
      key: keyOf(child),
      open: state === 'open',
      parent: parent ?? before?.parent ?? null,
      blockedBy,
    })
  }
  return [...known.values()].sort((a, b) => a.number - b.number)
}

/** A task begins only with all its links; once it was begun, its links are people's to change. */
function findPlanned(child: TaskFacts, epic: Epic, issues: readonly Imported[]): TaskFacts['planned'] {
  const { value: backlog } = epic.plan.backlog
  const task = backlog.tasks.find(one => one.id === keyOf(child))
  const by = epic.record?.approval?.by
  if (task === undefined || by === undefined) return null
  const begun = child.record?.approval != null
  if (!begun && !isLinked(child, task, { epic, issues })) return null
  const { title, body } = printPlanned(backlog.feature, task)
  return { via: 'plan', by, at: child.issue.createdAt, agent: task.agent ?? null, title, body }
}

function isLinked(
  child: TaskFacts,
  task: BacklogTask,
  { epic, issues }: { epic: Epic; issues: readonly Imported[] },
): boolean {
  if (child.issue.parent !== epic.issue.number) return false
  return task.depends_on.every(id => {
    const blocker = issues.find(one => one.key === id)
    return blocker !== undefined && blockersHere(child).includes(blocker.number)
  })
}

/** Other repositories count their issues from 1, too. */
function blockersHere({ blockers }: TaskFacts): number[] {
  return blockers.filter(one => one.repo === null).map(one => one.issue)
}
