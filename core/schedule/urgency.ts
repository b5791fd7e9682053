import { findPriority } from '../task.ts'
import { estimateMinutes } from './estimate.ts'
import { ancestorsOf, type Node } from './node.ts'

/** How much a task presses, in minutes. */
export type Urgency = {
  /** Of the task itself. */
  lasts: number
  /** The longest way through what waits for it. */
  behind: number
  /** What the most urgent priority weighs among all that wait for it, itself included. */
  weight: number
}

/**
 * A priority is a weight and not a wall: priority 0 counts as if a chain of six ordinary tasks more were waiting. Strict
 * classes would give up most of what the longest path gains (`npm run bench -- schedule`).
 */
const WEIGHTS = [120, 60, 0, -20, -40] as const
const USUAL = WEIGHTS.indexOf(0)

/** Of every task, from the last to the first: what it holds up has been measured before. */
export type Urgencies = { of(node: Node): Urgency }

/** @param order what comes first in front, as a graph sorts it. */
export function measureUrgency(order: readonly Node[]): Urgencies {
  const behind = new Float64Array(order.length)
  const weights = new Float64Array(order.length).fill(Number.NEGATIVE_INFINITY)
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i]!
    const { lasts, weight } = weigh(node)
    weights[i] = Math.max(weights[i]!, weight)
    for (const { place } of node.before) {
      // A link against the order closes a circle.
      if (place >= i) continue
      behind[place] = Math.max(behind[place]!, lasts + behind[i]!)
      weights[place] = Math.max(weights[place]!, weights[i]!)
    }
  }
  return {
    of: node => ({ lasts: weigh(node).lasts, behind: behind[node.place]!, weight: weights[node.place]! }),
  }
}

/** Where the task says no priority, the nearest epic above it that says one speaks for it. */
function weigh(node: Node): { lasts: number; weight: number } {
  const { lasts, priority } = sayOwn(node)
  const counts = priority ?? ancestorsOf(node).find(above => sayOwn(above).priority !== null)?.own?.priority
  return { lasts, weight: WEIGHTS[counts ?? USUAL] ?? 0 }
}

/** Kept with the node until it says something else. */
function sayOwn(node: Node): NonNullable<Node['own']> {
  node.own ??= judge(node)
  return node.own
}

function judge({ facts }: Node): NonNullable<Node['own']> {
  if (facts === null || facts.issue.state === 'closed') return { lasts: 0, priority: USUAL }
  const lasts = facts.issue.container ? 0 : estimateMinutes(facts)
  return { lasts, priority: findPriority(facts.issue.labels) }
}

/** The rule that `rank.ts` has for schedules, with the priority's weight; the highest goes first. */
export function pressure({ lasts, behind, weight }: Urgency): number {
  return behind + lasts / 2 + weight
}
