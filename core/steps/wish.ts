import { type Effect, NOTHING } from '../effect.ts'
import type { Folding } from '../fold.ts'
import { parsePriorityLabel, printPriorityLabel } from '../labels.ts'
import type { Instant, TaskFacts } from '../world.ts'

/** Labels that a command asked for: set until they show, and left alone once a person sets others. */
export function keepPriority({ task, record }: Folding): readonly Effect[] {
  return record.priority === null ? NOTHING : keepLevel(task, record.priority)
}

export function keepLevel(task: TaskFacts, wish: { at: Instant; level: number }): Effect[] {
  const { issue } = task
  if (issue.state === 'closed') return []
  const overruled = issue.timeline.some(
    fact =>
      (fact.is === 'labeled' || fact.is === 'unlabeled') &&
      fact.at > wish.at &&
      fact.by.kind === 'person' &&
      parsePriorityLabel(fact.label) !== null,
  )
  if (overruled) return []
  const now = issue.labels.filter(label => parsePriorityLabel(label) !== null)
  const add = now.some(label => parsePriorityLabel(label) === wish.level)
    ? []
    : [printPriorityLabel(wish.level)]
  const remove = now.filter(label => parsePriorityLabel(label) !== wish.level)
  if (add.length === 0 && remove.length === 0) return []
  return [{ do: 'label', task: task.id, issue: issue.number, add, remove }]
}
