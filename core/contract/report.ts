import { z } from 'zod'
import { FAILURE_KINDS } from '../agents/failure.ts'
import { MOST_CONTENDERS } from '../config/workshop.ts'
import { lack } from '../planning/lack.ts'
import { drawnMap } from '../planning/map.ts'
import { rewriting } from '../rebase/rewriting.ts'
import { opinion } from '../review/opinion.ts'
import { parseWith } from './parse.ts'
import type { Parsed } from './problem.ts'

/** Contract runner → app. Never believed where GitHub itself can be asked. */

export const OUTCOMES = [
  'done',
  'red-checks',
  'no-change',
  'question',
  'agent-failed',
  'timed-out',
  'setup-failed',
  'cannot-run',
  'refused',
  'superseded',
] as const
export type Outcome = (typeof OUTCOMES)[number]

/** What an agent is told, in this order: how to work, the task by its parts, and what is red. */
export const SECTIONS = [
  ...(['rules', 'title', 'goal', 'acceptance', 'scope', 'constraints', 'hints'] as const),
  ...(['negative', 'scratchpad', 'learnings', 'feedback', 'red checks'] as const),
] as const
export type Section = { name: (typeof SECTIONS)[number]; bytes: number }

/** Changed files that a report names. */
export const MOST_LISTED = 300

export const checkRecord = z.strictObject({
  name: z.string(),
  result: z.enum(['passed', 'failed', 'timed-out', 'cannot-run']),
  exit: z.number().int().nullable(),
  seconds: z.number(),
  /** The end of its output, cleaned and cut. */
  tail: z.string(),
  /** It failed, and passed when it was run again. */
  flaky: z.boolean().optional(),
  /** Lines of its output that count as warnings, before the agent came and after; null: it could not be run before. */
  warnings: z.strictObject({ before: z.number().int().nullable(), after: z.number().int() }).optional(),
})
export type CheckRecord = z.infer<typeof checkRecord>

export const usage = z.strictObject({
  agent: z.string(),
  model: z.string().nullable(),
  // Sums that budgets go by are made of these: nothing may be handed back to them.
  tokens_in: z.number().int().nonnegative().nullable(),
  tokens_out: z.number().int().nonnegative().nullable(),
  tokens_cached: z.number().int().nonnegative().nullable(),
  cost_usd: z.number().nonnegative().nullable(),
  seconds: z.number().nonnegative(),
})

/** What set the winner of a race apart from the next best: its checks, the size of its change, or its place in the list. */
export const CRITERIA = ['checks', 'size', 'order'] as const
export type Criterion = (typeof CRITERIA)[number]

/** One of several that worked at the attempt at the same time. Who it was stands in the ticket, in this order. */
export const contender = z.strictObject({
  agent: z.string(),
  outcome: z.enum(OUTCOMES),
  summary: z.string(),
  /** Lines that its change takes and brings; null when it changed nothing that can be shown. */
  lines: z.number().int().nonnegative().nullable(),
  /** The commit that is kept of it; null when none is. */
  head: z.string().nullable(),
  usage: usage.nullable(),
})
export type Contender = z.infer<typeof contender>

export const race = z.strictObject({
  /** An index; all else in the report is what this one came to. */
  winner: z.number().int().nonnegative(),
  by: z.enum(CRITERIA),
  /** How many worked at the same time. */
  side_by_side: z.number().int().positive(),
  contenders: z.array(contender).min(2).max(MOST_CONTENDERS),
})
export type Race = z.infer<typeof race>

export const reportSchema = z.strictObject({
  version: z.literal(1),
  task: z.string(),
  attempt: z.number().int().positive(),
  run: z.number().int(),
  outcome: z.enum(OUTCOMES),
  /** Why the agent's program failed, when it did. */
  failure: z.enum(FAILURE_KINDS).nullable().default(null),
  /** One sentence for people: what happened. */
  summary: z.string(),
  base: z.string(),
  /** The attempt's commit; null when there is nothing to show. */
  head: z.string().nullable(),
  subject: z.string().nullable(),
  files: z.array(z.strictObject({ path: z.string(), mode: z.string(), bytes: z.number().int() })),
  checks: z.array(checkRecord),
  loops: z.number().int(),
  question: z.string().nullable(),
  /** Why deliver refused the hand-over, a line each. */
  refusals: z.array(z.string()),
  /** Of all that worked at it together. */
  usage: usage.nullable(),
  race: race.optional(),
  context: z.strictObject({
    task_bytes: z.number().int().nonnegative(),
    total_bytes: z.number().int().nonnegative(),
    /** Starts of the agent's program whose first request brought earlier answers of a model along; null: nobody saw its requests. */
    session_reuse: z.number().int().nonnegative().nullable(),
    /** What of the task did not fit, in words. */
    dropped: z.array(z.string()).optional(),
    /** What the longest prompt was made of. */
    sections: z
      .array(z.strictObject({ name: z.enum(SECTIONS), bytes: z.number().int().nonnegative() }))
      .max(SECTIONS.length)
      .optional(),
    /** Bytes of it that stand in documents of a plan and not in the task itself. */
    planning_bytes: z.number().int().nonnegative().optional(),
    /** Of what went to a model, with all that the agent's program adds (its own prompt, tools, files it read): the first, and the largest. */
    first_request_bytes: z.number().int().nonnegative().optional(),
    largest_request_bytes: z.number().int().nonnegative().optional(),
  }),
  discovered: z.array(z.strictObject({ title: z.string(), body: z.string() })),
  learnings: z.array(z.string()),
  /** Notes for the next attempt at this very task. */
  scratchpad: z.string().optional(),
  /** What a reviewer says of a change; only of the run of a review it means anything. */
  review: opinion.optional(),
  /** What was added to a task that was thought over; only of such a run it means anything. */
  rewriting: rewriting.optional(),
  /** Which documents were not enough to make a plan of them; only of a plan that failed it means anything. */
  lacks: z.array(lack).optional(),
  /** Of a plan, where the map that it was given no longer held; it lies in the report's own tree. */
  map: drawnMap.optional(),
  /** The isolation that was reached, in words. */
  protection: z.string(),
})
export type Report = z.infer<typeof reportSchema>

export function parseReport(value: unknown): Parsed<Report> {
  return parseWith(reportSchema, value)
}
