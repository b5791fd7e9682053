import { z } from 'zod'
import { FAILURE_KINDS } from '../agents/failure.ts'
import { parseWith } from '../contract/parse.ts'
import type { Parsed } from '../contract/problem.ts'
import { OUTCOMES, usage } from '../contract/report.ts'
import { PLANNERS } from './document.ts'

/** What a planner's job hands over beside its document. Written by a job that an agent shared: a claim, not a fact. */
export const noteSchema = z.strictObject({
  version: z.literal(1),
  role: z.enum(PLANNERS),
  outcome: z.enum(OUTCOMES),
  /** One sentence for people: what happened. */
  summary: z.string().max(2000),
  failure: z.enum(FAILURE_KINDS).nullable(),
  usage: usage.nullable(),
})
export type PlannerNote = z.infer<typeof noteSchema>

export function parseNote(value: unknown): Parsed<PlannerNote> {
  return parseWith(noteSchema, value)
}
