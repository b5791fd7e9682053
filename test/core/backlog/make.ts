import type { BacklogTask } from '../../../core/backlog/contract.ts'

/** A task that is right by itself, in a folder of its own. */
export function makePlanned(id: string, depends_on: string[] = [], change: object = {}): BacklogTask {
  return {
    id,
    title: `Do ${id}`,
    type: 'feat',
    goal: `Make ${id} work.`,
    acceptance: [`${id} works`],
    scope: [`src/${id}/**`],
    constraints: [],
    hints: [],
    size: 'M',
    priority: 2,
    depends_on,
    needs_review: false,
    ...change,
  }
}

/** Each argument is a task: its id, then the ids that it waits for. As somebody writes it, without defaults. */
export function makeBacklog(...tasks: [string, ...string[]][]) {
  return {
    version: 1,
    feature: 'dark-mode',
    title: 'Dark mode',
    goal: 'People can read at night.',
    tasks: tasks.map(([id, ...depends_on]) => {
      const { constraints, hints, priority, needs_review, ...task } = makePlanned(id, depends_on)
      return task
    }),
  }
}
