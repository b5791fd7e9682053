import type { TaskFacts } from '../world.ts'

/** Tasks that wait for that issue, directly or through others, the nearest first; never the issue itself. */
export function findBehind(tasks: readonly TaskFacts[], issue: number): TaskFacts[] {
  const found = new Map<number, TaskFacts>()
  const reached = new Set([issue])
  for (const number of reached) {
    for (const task of tasks.filter(one => waitsFor(one, number))) {
      reached.add(task.issue.number)
      if (task.issue.number !== issue) found.set(task.issue.number, task)
    }
  }
  return [...found.values()]
}

export function waitsFor({ blockers }: TaskFacts, number: number): boolean {
  return blockers.some(({ repo, issue }) => repo === null && issue === number)
}

export function isLanded({ pull }: Pick<TaskFacts, 'pull'>): boolean {
  return pull?.state === 'merged'
}
