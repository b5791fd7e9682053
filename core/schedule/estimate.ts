import { parseSizeLabel, type SIZES } from '../labels.ts'
import type { TaskFacts } from '../world.ts'

/** Minutes of an agent. Only their ratios matter: they decide what is begun first, nothing is promised by them. */
const OF_SIZE: Readonly<Record<(typeof SIZES)[number], number>> = { xs: 5, s: 10, m: 20, l: 40, xl: 80 }

/** The labels of work that is short as a rule. */
const LIGHT =
  /^(?:(?:type|kind)[:/]\s*)?(?:docs?|documentation|tests?|testing|chore|ci|build|typo|good first issue)$/i

const SHORTEST = 1
const LONGEST = 340

/**
 * How long an attempt of this task is likely to take: as long as its last one did, else what its size label says, else
 * half of the usual for kinds of work that are short, else the usual. In minutes.
 */
export function estimateMinutes({ issue, runs }: Pick<TaskFacts, 'issue' | 'runs'>): number {
  const last = runs.findLast(run => run.status === 'completed' && run.receipt !== null)
  if (last !== undefined) {
    return Math.min(LONGEST, Math.max(SHORTEST, (last.updatedAt - last.createdAt) / 60_000))
  }
  for (const label of issue.labels) {
    const size = parseSizeLabel(label)
    if (size !== null) return OF_SIZE[size]
  }
  return issue.labels.some(label => LIGHT.test(label)) ? OF_SIZE.s : OF_SIZE.m
}
