import { readTask } from '../task.ts'
import type { BacklogTask } from './contract.ts'

/** The issue of a planned task: the same fields that the issue form has, and the same sentences that an agent will read. */
export function printTaskBody(task: BacklogTask): string {
  const parts = [
    field('Goal', printGoal(task)),
    field('Acceptance', bullets(task.acceptance)),
    // As code: a pattern has marks that Markdown would take for its own.
    field('Scope', bullets(task.scope.map(pattern => `\`${pattern}\``))),
    field('Constraints', bullets(task.constraints)),
    field('Type', task.type),
  ]
  return parts.filter(part => part !== '').join('\n\n')
}

function printGoal({ goal, hints }: BacklogTask): string {
  if (hints.length === 0) return goal.trim()
  return `${goal.trim()}\n\nLook first at: ${hints.map(hint => `\`${hint}\``).join(', ')}`
}

function field(title: string, text: string): string {
  return text === '' ? '' : `### ${title}\n\n${text}`
}

function bullets(items: readonly string[]): string {
  return items.map(item => `- ${item}`).join('\n')
}

/**
 * Is what will be read from the issue what stands in the backlog? A heading within a goal, say, would begin a section
 * of its own, and could widen the scope that people have seen.
 */
export function readsBack(task: BacklogTask): boolean {
  const read = readTask({ title: task.title, body: printTaskBody(task), labels: [] })
  if (!read.ok) return false
  const { goal, acceptance, scope, constraints, type } = read.value
  const same = (a: readonly string[], b: readonly string[]) =>
    a.length === b.length && a.every((item, i) => squeeze(item) === squeeze(b[i]!))
  return (
    type === task.type &&
    squeeze(goal) === squeeze(printGoal(task)) &&
    same(acceptance, task.acceptance) &&
    same(scope, task.scope) &&
    same(constraints, task.constraints)
  )
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
