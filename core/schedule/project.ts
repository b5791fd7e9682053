/**
 * Work that takes time and places: resource-constrained project scheduling (Pritsker, Watters, Wolfe 1969), to which some
 * activities never side by side are added. Activities are numbered from 0; times are whole units.
 */
export type Project = {
  size: number
  durations: Int32Array
  before: readonly (readonly number[])[]
  after: readonly (readonly number[])[]
  /** Of each activity, one after the other: how much of each resource it takes while it lasts. */
  demands: Int32Array
  capacities: Int32Array
  /** With which others an activity is never side by side. */
  apart: readonly (readonly number[])[]
  /** How long the longest work takes that follows on an activity outside of the project. */
  tails: Int32Array
  /** The first so many are under way: they start at 0, whatever else happens. */
  begun: number
  /** An order in which everything comes after what it waits for, and each activity's place in it. */
  order: readonly number[]
  places: Int32Array
}

export type Work = {
  durations: readonly number[]
  after: readonly (readonly number[])[]
  /** By activity, then by resource. */
  demands: readonly (readonly number[])[]
  capacities: readonly number[]
  apart?: readonly (readonly number[])[]
  tails?: readonly number[]
  begun?: number
}

/** When each activity starts, and when all is over, what follows outside included. */
export type Schedule = { starts: Int32Array; span: number }

/** Links must not close a circle, and each activity has to fit into the capacities alone. */
export function makeProject(work: Work): Project {
  const { durations, after, demands, capacities, begun = 0 } = work
  const size = durations.length
  const before = reverse(after)
  const order = sortActivities(before, after)
  if (order.length !== size) throw new Error('activities that wait for each other can never be scheduled')
  const places = new Int32Array(size)
  order.forEach((activity, place) => {
    places[activity] = place
  })
  return {
    size,
    durations: Int32Array.from(durations),
    before,
    after,
    demands: Int32Array.from(demands.flat()),
    capacities: Int32Array.from(capacities),
    apart: work.apart ?? durations.map(() => []),
    tails: Int32Array.from(work.tails ?? durations.map(() => 0)),
    begun,
    order,
    places,
  }
}

function reverse(links: readonly (readonly number[])[]): number[][] {
  const reversed: number[][] = links.map(() => [])
  links.forEach((others, activity) => {
    for (const other of others) reversed[other]!.push(activity)
  })
  return reversed
}

/** Kahn 1962. */
function sortActivities(
  before: readonly (readonly number[])[],
  after: readonly (readonly number[])[],
): number[] {
  const left = before.map(others => others.length)
  const order = left.flatMap((count, activity) => (count === 0 ? activity : []))
  for (const activity of order) {
    for (const other of after[activity]!) {
      left[other] = left[other]! - 1
      if (left[other] === 0) order.push(other)
    }
  }
  return order
}
