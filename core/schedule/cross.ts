import type { Project } from './project.ts'
import type { Random } from './random.ts'

type Parent = { starts: Int32Array; list: Int32Array }

/** How much of the first parent a child gets, how many such stretches are looked at, and how often neighbours change. */
const SHARE = { from: 0.25, to: 0.7 }
const STRETCHES = 3
const CHANGE = 0.06

/**
 * A list of activities that takes a stretch from one parent and the rest from the other (two points, Hartmann 1998). Of
 * several stretches the one in which the resources are used best is taken (peaks, Valls, Ballestín and Quintanilla 2008).
 */
export function cross(project: Project, one: Parent, other: Int32Array, random: Random): number[] {
  const { from, to } = bestStretch(project, one, random)
  const taken = new Uint8Array(project.size)
  const child: number[] = []
  const take = (list: Int32Array, upTo: number) => {
    for (const activity of list) {
      if (child.length >= upTo) return
      if (taken[activity] === 1) continue
      taken[activity] = 1
      child.push(activity)
    }
  }
  take(other, from)
  take(one.list, to)
  take(other, project.size)
  return mutate(project, child, random)
}

function bestStretch(project: Project, parent: Parent, random: Random): { from: number; to: number } {
  const { size } = project
  let best = { from: 0, to: 0, use: -1 }
  for (let i = 0; i < STRETCHES; i++) {
    const length = Math.floor(size * (SHARE.from + random.part() * (SHARE.to - SHARE.from)))
    const from = random.below(Math.max(1, size - length))
    const use = measureUse(project, parent, from, from + length)
    if (use > best.use) best = { from, to: from + length, use }
  }
  return best
}

/** How much of all resources is in use, on average, while a stretch of the list lasts. */
function measureUse(project: Project, { starts, list }: Parent, from: number, to: number): number {
  const { durations, demands, capacities } = project
  const kinds = capacities.length
  let work = 0
  let end = 0
  for (let i = from; i < to; i++) {
    const activity = list[i]!
    end = Math.max(end, starts[activity]! + durations[activity]!)
    for (let resource = 0; resource < kinds; resource++) {
      work += (demands[activity * kinds + resource]! * durations[activity]!) / capacities[resource]!
    }
  }
  return work / Math.max(1, end - (starts[list[from]!] ?? 0))
}

/** Neighbours change places where none waits for the other. */
function mutate({ after }: Project, list: number[], random: Random): number[] {
  for (let i = 0; i + 1 < list.length; i++) {
    if (random.part() >= CHANGE) continue
    const [one, next] = [list[i]!, list[i + 1]!]
    if (after[one]!.includes(next)) continue
    list[i] = next
    list[i + 1] = one
  }
  return list
}
