import type { Backlog } from '../backlog/contract.ts'
import type { Parsed } from '../contract/problem.ts'
import type { Imported } from '../interchange/steps.ts'
import type { Instant } from '../world.ts'

/**
 * What lets a task that this app wrote begin by itself. `plan`: `by` asked for the plan; title and body are as the backlog has
 * them now. `discovered`: `by` asked for the task beside which an agent met it; title and body are as it was told then.
 */
export type PlannedFacts = {
  via: 'plan' | 'discovered'
  by: { id: number; login: string }
  at: Instant
  agent: string | null
  title: string
  body: string
}

/** A feature's plan at one commit. */
export type PlanFacts = {
  /** Of the backlog. */
  path: string
  backlog: Parsed<Backlog>
  /** On which line of the file each problem of the backlog is; empty without problems. */
  lines: readonly number[]
  /** Text of its PLAN.md; empty when there is none. */
  text: string
  /** The issues that its tasks have become, once it was merged. */
  below: readonly Imported[]
}
