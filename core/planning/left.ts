import type { BacklogTask } from '../backlog/contract.ts'
import type { Folding } from '../fold.ts'
import type { Imported } from '../interchange/steps.ts'
import { stillApproved } from '../people/approval.ts'
import { isOurApp } from '../people/intent.ts'
import type { AppFacts, TaskFacts } from '../world.ts'
import { printPlanned } from './roadmap.ts'

/**
 * An open sub-issue that is not as the backlog has it now, and stays so. `dropped`: the backlog has it no longer. `waits`: by links
 * that the backlog does not ask for, for open issues of other tasks.
 */
export type Left = { issue: number; title: string } & (
  | { is: 'changed' | 'dropped'; why: 'begun' | 'rewritten' }
  | { is: 'waits'; for: readonly number[] }
)

/** Edits of the backlog do not reach what has begun, nor words that people have changed: they have to be told. */
export function findLeft({ task, world }: Pick<Folding, 'task' | 'world'>): Left[] {
  const { plan } = task
  if (plan === null || !plan.backlog.ok) return []
  const { feature, tasks } = plan.backlog.value
  return plan.below.flatMap(({ number, key }): Left[] => {
    const child = world.tasks.find(other => other.issue.number === number)
    if (child === undefined || child.issue.state === 'closed') return []
    const wanted = tasks.find(one => one.id === key)
    const text = wanted === undefined ? null : printPlanned(feature, wanted)
    const { title, body } = child.issue
    if (followsPlan(child, world.app) || (text?.title === title && text.body === body)) {
      const others =
        wanted === undefined
          ? []
          : findOthers(
              child,
              wanted,
              plan.below.filter(({ key }) => tasks.some(one => one.id === key)),
            )
      return others.length === 0 ? [] : [{ issue: number, title, is: 'waits', for: others }]
    }
    return [
      {
        issue: number,
        title,
        is: text === null ? 'dropped' : 'changed',
        why: child.claims.length > 0 ? 'begun' : 'rewritten',
      },
    ]
  })
}

/** Nobody can tell who made such a link: a person may have, and those that nobody needs any more are theirs to remove. */
function findOthers(child: TaskFacts, { depends_on }: BacklogTask, below: readonly Imported[]): number[] {
  if (child.claims.length > 0) return []
  const blockers = child.blockers.filter(one => one.repo === null && one.state === 'open')
  return below
    .filter(({ number, key }) => !depends_on.includes(key) && blockers.some(one => one.issue === number))
    .map(one => one.number)
}

/** Nobody has begun it, and its words are those that the plan had given it: so it becomes what the plan gives it now. */
export function followsPlan(child: TaskFacts, app: AppFacts): boolean {
  return child.claims.length === 0 && hasOwnWords(child, app)
}

function hasOwnWords({ issue, record }: TaskFacts, app: AppFacts): boolean {
  const approval = record?.approval ?? null
  if (approval !== null) return approval.via === 'plan' && stillApproved(issue, approval)
  return issue.edits !== null && (issue.edits ?? []).every(({ by }) => by !== null && isOurApp(by, app))
}
