import type { Folding } from '../fold.ts'
import { stillApproved } from '../people/approval.ts'
import { isOurApp } from '../people/intent.ts'
import type { AppFacts, TaskFacts } from '../world.ts'
import { printPlanned } from './roadmap.ts'

/** An open sub-issue that is not as the backlog has it now, and stays so. `dropped`: the backlog has it no longer. */
export type Left = { issue: number; title: string; is: 'changed' | 'dropped'; why: 'begun' | 'rewritten' }

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
    if (followsPlan(child, world.app) || (text?.title === title && text.body === body)) return []
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

/** Nobody has begun it, and its words are those that the plan had given it: so it becomes what the plan gives it now. */
export function followsPlan(child: TaskFacts, app: AppFacts): boolean {
  return child.claims.length === 0 && hasOwnWords(child, app)
}

function hasOwnWords({ issue, record }: TaskFacts, app: AppFacts): boolean {
  const approval = record?.approval ?? null
  if (approval !== null) return approval.via === 'plan' && stillApproved(issue, approval)
  return issue.edits !== null && (issue.edits ?? []).every(({ by }) => by !== null && isOurApp(by, app))
}
