import { findMade } from '../interchange/made.ts'
import type { AppFacts, TaskFacts } from '../world.ts'
import { isAsFound, printFound, sourceOf } from './discovered.ts'

/**
 * Problems that agents met and that may begin by themselves learn so: for whom, and with which words. Facts only; what
 * follows from them is judged elsewhere.
 */
export function joinDiscovered(tasks: readonly TaskFacts[], app: AppFacts): readonly TaskFacts[] {
  const starting = tasks.filter(({ record }) => record?.discovered?.found.some(({ starts }) => starts))
  if (starting.length === 0) return tasks
  const planned = new Map<number, TaskFacts['planned']>()
  for (const task of starting) {
    const by = task.record?.approval?.by
    const made = findMade(sourceOf(task), { tasks, app })
    for (const found of task.record?.discovered?.found ?? []) {
      // Of two with the same name the lower number is the one.
      const first = Math.min(...made.filter(({ key }) => key === found.key).map(({ number }) => number))
      const child = tasks.find(({ issue }) => issue.number === first)
      const text = printFound(task, found)
      if (!found.starts || by === undefined || child === undefined || !isAsFound(child, text)) continue
      const { title, body } = text
      planned.set(first, { via: 'discovered', by, at: child.issue.createdAt, agent: null, title, body })
    }
  }
  return tasks.map(task => {
    const fact = planned.get(task.issue.number)
    return fact === undefined ? task : { ...task, planned: fact }
  })
}
