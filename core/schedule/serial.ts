import type { Project, Schedule } from './project.ts'

/** Which end of time schedules are made from. Backwards, an activity waits for what comes after it. */
export type Direction = 'forward' | 'backward'

/**
 * One activity after the other in the order of `list`, each as early as what it waits for and what is still free allow
 * (serial generation, Kelley 1963). In `list` whatever comes first in this direction has to stand first. The starts are
 * told in the time of the direction.
 */
export function scheduleInOrder(project: Project, list: ArrayLike<number>, direction: Direction): Schedule {
  const { size, begun } = project
  const table = openTable(project, direction)
  if (direction === 'forward') for (let i = 0; i < begun; i++) put(table, i)
  for (let i = 0; i < size; i++) if (table.starts[list[i]!]! < 0) put(table, list[i]!)
  return { starts: table.starts, span: table.span }
}

/** Starts are negative until an activity has its time. */
type Table = {
  project: Project
  direction: Direction
  horizon: number
  /** By resource, then by time. */
  free: Int32Array
  starts: Int32Array
  span: number
}

function openTable(project: Project, direction: Direction): Table {
  const { size, durations, capacities, tails } = project
  const horizon = 1 + durations.reduce((sum, one) => sum + one, 0) + Math.max(0, ...tails)
  const free = new Int32Array(horizon * capacities.length)
  capacities.forEach((capacity, resource) => {
    free.fill(capacity, resource * horizon, (resource + 1) * horizon)
  })
  return { project, direction, horizon, free, starts: new Int32Array(size).fill(-1), span: 0 }
}

function put(table: Table, activity: number): void {
  const { project, direction, horizon, free, starts } = table
  const { durations, demands, capacities, tails } = project
  const start = findRoom(table, activity, earliest(table, activity))
  const end = start + durations[activity]!
  starts[activity] = start
  for (let resource = 0; resource < capacities.length; resource++) {
    const demand = demands[activity * capacities.length + resource]!
    if (demand === 0) continue
    const from = resource * horizon
    for (let time = start; time < end; time++) free[from + time] = free[from + time]! - demand
  }
  table.span = Math.max(table.span, end + (direction === 'forward' ? tails[activity]! : 0))
}

function earliest({ project, direction, starts }: Table, activity: number): number {
  const forward = direction === 'forward'
  let start = forward ? 0 : project.tails[activity]!
  for (const other of (forward ? project.before : project.after)[activity]!) {
    start = Math.max(start, starts[other]! + project.durations[other]!)
  }
  return start
}

/** The first time from `start` on at which it fits for as long as it lasts. */
function findRoom(table: Table, activity: number, start: number): number {
  const { project, horizon, free } = table
  const { durations, demands, capacities } = project
  const kinds = capacities.length
  const lasts = durations[activity]!
  let from = untilApart(table, activity, start)
  for (let time = from; time < from + lasts; time++) {
    for (let resource = 0; resource < kinds; resource++) {
      if (free[resource * horizon + time]! >= demands[activity * kinds + resource]!) continue
      from = untilApart(table, activity, time + 1)
      time = from - 1
      break
    }
  }
  return from
}

/** From `start` on, the first time at which none of those runs that it must not meet. */
function untilApart({ project, starts }: Table, activity: number, start: number): number {
  const { apart, durations } = project
  const others = apart[activity]!
  let from = start
  for (let i = 0; i < others.length; i++) {
    const other = others[i]!
    const [begins, ends] = [starts[other]!, starts[other]! + durations[other]!]
    if (begins < 0 || from >= ends || from + durations[activity]! <= begins) continue
    from = ends
    i = -1
  }
  return from
}
