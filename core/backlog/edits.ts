import type { Backlog, BacklogTask } from './contract.ts'

/** What people had changed in a backlog, and what a newer version has no longer so. `what` is a task's key, such as `scope`. */
export type Lost =
  | { is: 'value'; task: string | null; what: string; value: string }
  /** Something that they had added to a list, or taken out of one. */
  | { is: 'item' | 'removal'; task: string; what: string; value: string }
  /** A task that they had added, or dropped. */
  | { is: 'task'; task: string }
  | { is: 'drop'; task: string }

/** @param made as it had been planned. @param edited as people left it. @param now the newer version. */
export function findLost(made: Backlog, edited: Backlog, now: Backlog): Lost[] {
  const lost = (['title', 'goal'] as const).flatMap(what =>
    compare(null, what, [made[what], edited[what], now[what]]),
  )
  const before = byId(made)
  const wanted = byId(edited)
  const present = byId(now)
  for (const [id, task] of wanted) {
    const old = before.get(id)
    const next = present.get(id)
    if (old === undefined) lost.push(...(next === undefined ? [{ is: 'task' as const, task: id }] : []))
    // Without it, its edits are beside the point where nobody had touched it.
    else if (next !== undefined) lost.push(...compareTasks(id, [old, task, next]))
    else if (compareTasks(id, [old, task, old]).length > 0) lost.push({ is: 'task', task: id })
  }
  const dropped = [...before.keys()].filter(id => !wanted.has(id) && present.has(id))
  return [...lost, ...dropped.map(task => ({ is: 'drop' as const, task }))]
}

type Three<T> = readonly [made: T, edited: T, now: T]

const LISTS = ['acceptance', 'scope', 'constraints', 'hints', 'depends_on'] as const
const VALUES = ['title', 'type', 'goal', 'size', 'priority', 'agent', 'needs_review'] as const

function compareTasks(task: string, [made, edited, now]: Three<BacklogTask>): Lost[] {
  return [
    ...VALUES.flatMap(what => compare(task, what, [made[what], edited[what], now[what]])),
    ...LISTS.flatMap(what => compareLists(task, what, [made[what], edited[what], now[what]])),
  ]
}

function compare(
  task: string | null,
  what: string,
  [made, edited, now]: Three<string | number | boolean | undefined>,
): Lost[] {
  if (edited === made || edited === now) return []
  return [{ is: 'value', task, what, value: String(edited ?? '') }]
}

function compareLists(task: string, what: string, [made, edited, now]: Three<readonly string[]>): Lost[] {
  const added = edited.filter(item => !made.includes(item) && !now.includes(item))
  const removed = made.filter(item => !edited.includes(item) && now.includes(item))
  return [
    ...added.map(value => ({ is: 'item' as const, task, what, value })),
    ...removed.map(value => ({ is: 'removal' as const, task, what, value })),
  ]
}

function byId({ tasks }: Backlog): Map<string, BacklogTask> {
  return new Map(tasks.map(task => [task.id, task]))
}

/** Lines of a document that people had written and that a newer version has no longer. */
export function findLostLines(made: string, edited: string, now: string): string[] {
  const [before, after] = [made, now].map(text => new Set(linesOf(text)))
  return [...new Set(linesOf(edited))].filter(line => !before!.has(line) && !after!.has(line))
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
}
