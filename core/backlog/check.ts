import type { Problem } from '../contract/problem.ts'
import { MOST_BLOCKERS } from '../interchange/limits.ts'
import { compileGlob } from '../paths/glob.ts'
import { scopesMeet } from '../paths/overlap.ts'
import { byteLength } from '../text/clean.ts'
import type { Backlog, BacklogTask } from './contract.ts'
import { findAncestors, findCycles, readWaits, type Waits } from './graph.ts'
import { printTaskBody, readsBack } from './issue.ts'

/** A task's context has 3 KB; the rest is for what earlier attempts and tasks have to tell. */
const MOST_BYTES = 2_400

/** What is wrong with tasks whose shape is right: each alone, and all of them together. Sorted as in the file. */
export function checkBacklog({ tasks }: Pick<Backlog, 'tasks'>): Problem[] {
  const waits = readWaits(tasks)
  return [
    ...findDuplicates(tasks),
    ...tasks.flatMap((task, i) => checkTask(task, `tasks[${i}]`, waits)),
    ...findCrowds(tasks),
    ...findKnots(tasks, waits),
    ...findOverlaps(tasks, waits),
  ]
}

function findDuplicates(tasks: readonly BacklogTask[]): Problem[] {
  const first = new Map<string, number>()
  return tasks.flatMap(({ id }, i) => {
    const known = first.get(id)
    if (known === undefined) first.set(id, i)
    return known === undefined
      ? []
      : [{ path: `tasks[${i}].id`, message: `"${id}" is already the id of tasks[${known}]` }]
  })
}

function checkTask(task: BacklogTask, path: string, waits: Waits): Problem[] {
  const problems: Problem[] = task.depends_on.flatMap((id, i) =>
    waits.has(id) ? [] : [{ path: `${path}.depends_on[${i}]`, message: `no task has the id "${id}"` }],
  )
  task.scope.forEach((pattern, i) => {
    const glob = compileGlob(pattern)
    if (!glob.ok) problems.push({ path: `${path}.scope[${i}]`, message: glob.problems[0]!.message })
  })
  if (task.size === 'L' || task.size === 'XL') {
    const message = `"${task.id}" is too large (${task.size}): split it into tasks of at most 4 hours (M)`
    problems.push({ path: `${path}.size`, message })
  }
  const bytes = byteLength(printTaskBody(task))
  if (bytes > MOST_BYTES) {
    const message = `"${task.id}" takes ${bytes} bytes of an agent’s context; ${MOST_BYTES} are the most: shorten or split it`
    problems.push({ path: `${path}.goal`, message })
  } else if (problems.length === 0 && !readsBack(task)) {
    const message = `"${task.id}" would be read differently from its issue: no headings and no lists within a point`
    problems.push({ path: `${path}.goal`, message })
  }
  return problems
}

/** Tasks that too many wait for: links beyond would never be made. */
function findCrowds(tasks: readonly BacklogTask[]): Problem[] {
  const dependents = new Map<string, number>()
  for (const id of tasks.flatMap(task => [...new Set(task.depends_on)])) {
    dependents.set(id, (dependents.get(id) ?? 0) + 1)
  }
  return tasks.flatMap(({ id }, i) => {
    const count = dependents.get(id) ?? 0
    if (count <= MOST_BLOCKERS) return []
    const message = `${count} tasks wait for "${id}"; GitHub takes ${MOST_BLOCKERS} links: let some wait for others that do`
    return [{ path: `tasks[${i}].id`, message }]
  })
}

/** Cycles, with their path; and tasks that wait for one and so could never begin. */
function findKnots(tasks: readonly BacklogTask[], waits: Waits): Problem[] {
  const cycles = findCycles(waits)
  const at = (id: string) => `tasks[${tasks.findIndex(task => task.id === id)}].depends_on`
  const knotted = new Set(cycles.flat())
  const ancestors = findAncestors(waits)
  const lost = [...waits.keys()].flatMap(id => {
    const knot = [...(ancestors.get(id) ?? [])].find(one => knotted.has(one))
    if (knot === undefined || ancestors.get(id)!.has(id)) return []
    return [
      { path: at(id), message: `"${id}" could never begin: it waits for "${knot}", which waits for itself` },
    ]
  })
  const closed = cycles.map(cycle => ({
    path: at(cycle[0]!),
    message: `a cycle, nothing in it could ever begin: ${cycle.join(' → ')}`,
  }))
  return [...closed, ...lost]
}

/** Two tasks that may change the same files must have an order. */
function findOverlaps(tasks: readonly BacklogTask[], waits: Waits): Problem[] {
  const ancestors = findAncestors(waits)
  const ordered = (a: string, b: string) =>
    ancestors.get(a)?.has(b) === true || ancestors.get(b)?.has(a) === true
  return tasks.flatMap((later, i) =>
    tasks.slice(0, i).flatMap(earlier => {
      if (later.id === earlier.id || ordered(later.id, earlier.id)) return []
      const shared = scopesMeet(earlier.scope, later.scope)
      if (shared === null) return []
      const both = shared[0] === shared[1] ? shared[0] : `${shared[0]} and ${shared[1]}`
      const message = `"${later.id}" and "${earlier.id}" may change the same files (${both}): let one wait for the other, or narrow a scope`
      return [{ path: `tasks[${i}].scope`, message }]
    }),
  )
}
