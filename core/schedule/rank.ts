import type { Project } from './project.ts'

/**
 * How early each activity wants to be, lower first: the middle of the latest time at which it could run without delaying
 * the whole, that is, the longest path behind it and half of itself. Between the classic latest start and latest finish
 * (Davis and Patterson 1975), and better than both on PSPLIB: `npm run bench -- schedule`.
 */
export function rankForward({ size, durations, after, tails, order }: Project): Float64Array {
  const behind = new Float64Array(size)
  const ranks = new Float64Array(size)
  for (let i = size - 1; i >= 0; i--) {
    const activity = order[i]!
    let longest = tails[activity]!
    for (const next of after[activity]!) longest = Math.max(longest, behind[next]!)
    behind[activity] = longest + durations[activity]!
    ranks[activity] = -(longest + durations[activity]! / 2)
  }
  return ranks
}

/** The same from the end: what lies before an activity, for schedules that are made backwards. */
export function rankBackward({ size, durations, before, order }: Project): Float64Array {
  const ahead = new Float64Array(size)
  const ranks = new Float64Array(size)
  for (const activity of order) {
    let longest = 0
    for (const previous of before[activity]!) longest = Math.max(longest, ahead[previous]!)
    ahead[activity] = longest + durations[activity]!
    ranks[activity] = -(longest + durations[activity]! / 2)
  }
  return ranks
}

/** No schedule is shorter: the longest path, and the work that each resource has to carry. */
export function boundSpan(project: Project): number {
  const { size, durations, demands, capacities } = project
  const forward = rankForward(project)
  let bound = 0
  for (let i = 0; i < size; i++) bound = Math.max(bound, durations[i]! / 2 - forward[i]!)
  capacities.forEach((capacity, resource) => {
    let work = 0
    for (let i = 0; i < size; i++) work += durations[i]! * demands[i * capacities.length + resource]!
    bound = Math.max(bound, Math.ceil(work / capacity))
  })
  return bound
}
