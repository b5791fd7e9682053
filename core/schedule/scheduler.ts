import type { TaskFacts } from '../world.ts'
import { createGraph, type Graph } from './graph.ts'
import { createMeet, type Meet, predictWrites, type WriteSet } from './scope.ts'
import { measureUrgency, type Urgencies } from './urgency.ts'

/** What is worked out once about tasks and kept as long as their facts stay the same. Made anew it says the same. */
export type Scheduler = {
  graph: Graph
  /** How much each task presses. */
  urgency(): Urgencies
  predict(task: TaskFacts): WriteSet
  meet: Meet
}

export function createScheduler(): Scheduler {
  const graph = createGraph()
  const predicted = new WeakMap<TaskFacts['issue'], WriteSet>()
  let measured: { urgencies: Urgencies; version: number } | null = null
  return {
    graph,
    urgency() {
      if (measured?.version !== graph.version) {
        measured = { urgencies: measureUrgency(graph.sorted()), version: graph.version }
      }
      return measured.urgencies
    },
    predict(task) {
      const known = predicted.get(task.issue) ?? predictWrites(task)
      predicted.set(task.issue, known)
      return known
    },
    meet: createMeet(),
  }
}
