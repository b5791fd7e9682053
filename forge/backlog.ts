import { type Backlog, parseBacklog } from '../core/backlog/contract.ts'
import type { Parsed, Problem } from '../core/contract/problem.ts'
import { checkFeature } from '../core/planning/feature.ts'
import { type Position, readDocument } from './document.ts'

/** 100 tasks of 2.4 KB, with room for how people write them. */
export const LONGEST_BACKLOG = 500_000

export type BacklogReading = { backlog: Parsed<Backlog>; locate(problem: Problem): Position }

/**
 * The whole way from the text of a feature's BACKLOG.yaml to its tasks: the same for the check on GitHub, for `chorus validate` and for
 * whoever makes the plan.
 * @param feature whose it has to be; null: nothing says so.
 */
export function readBacklog(text: string, feature: string | null): BacklogReading {
  const { value, locate } = readDocument(text, LONGEST_BACKLOG)
  const backlog = value.ok ? parseBacklog(value.value) : value
  if (!backlog.ok || feature === null) return { backlog, locate }
  return { backlog: checkFeature(backlog.value, feature), locate }
}
