import { z } from 'zod'
import { parseWith } from '../contract/parse.ts'
import type { Parsed } from '../contract/problem.ts'
import { MOST_BLOCKERS, MOST_CHILDREN } from '../interchange/limits.ts'
import { AGENT_NAME } from '../names.ts'
import { TASK_TYPES } from '../task.ts'
import { checkBacklog } from './check.ts'

/**
 * `specs/<feature>/BACKLOG.yaml`: the tasks of one feature, as planned and as people have edited them. Tasks name each
 * other by ids of this file; what they are called on GitHub is decided when they become issues.
 */

export const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/
const slug = z.string().regex(SLUG, 'must be lower-case letters, digits and dashes, at most 40')

const lines = z.array(z.string().trim().min(1, 'must not be empty'))

/** How long a task takes, in hours of a person: the upper end. */
export const SIZE_HOURS = { XS: 1, S: 2, M: 4, L: 8, XL: 16 } as const
export type Size = keyof typeof SIZE_HOURS
const SIZES = Object.keys(SIZE_HOURS) as Size[]

export const backlogTask = z.strictObject({
  id: slug.describe('what other tasks of this file call it'),
  title: z.string().trim().min(1).max(100).describe('one line, what will be different'),
  type: z.enum(TASK_TYPES).describe('kind of change, as in conventional commits'),
  goal: z
    .string()
    .trim()
    .min(1)
    .describe('what to do and why; all that the agent is told besides the lists below'),
  acceptance: lines
    .min(1, 'must say how one sees that the task is done: at least one point that can be tested')
    .describe('how one sees that it is done; one point that can be tested a line'),
  scope: lines
    .min(1, 'must name the files that the task may change: at least one pattern')
    .describe('path patterns that the change has to stay in'),
  constraints: lines.default([]).describe('what has to stay as it is'),
  hints: lines.default([]).describe('where to look first: paths, with or without lines (`src/a.ts:10-40`)'),
  size: z.enum(SIZES).describe('XS up to 1 hour, S up to 2, M up to 4; larger ones have to be split'),
  priority: z.number().int().min(0).max(4).default(2).describe('0 is most urgent'),
  depends_on: z
    .array(slug)
    .max(MOST_BLOCKERS, `must name at most ${MOST_BLOCKERS} tasks: GitHub takes no more links`)
    .default([])
    .describe('ids of the tasks that have to be done before'),
  agent: z.string().regex(AGENT_NAME).optional().describe('who does it; by the routing rules when absent'),
  needs_review: z.boolean().default(false).describe('a person has to approve it before its dependents start'),
})
export type BacklogTask = z.infer<typeof backlogTask>

export const backlogSchema = z.strictObject({
  version: z.literal(1),
  feature: slug.describe('the name of its folder below specs/'),
  title: z.string().trim().min(1).max(120).describe('one line, for people'),
  goal: z.string().trim().min(1).max(4000).describe('what the feature is for'),
  tasks: z
    .array(backlogTask)
    .min(1, 'must have at least one task')
    .max(
      MOST_CHILDREN,
      `must have at most ${MOST_CHILDREN} tasks: GitHub takes no more sub-issues; split the feature`,
    ),
})
export type Backlog = z.infer<typeof backlogSchema>

/** `value` is the parsed YAML. First its shape; what the tasks mean to each other only when that is right. */
export function parseBacklog(value: unknown): Parsed<Backlog> {
  const parsed = parseWith(backlogSchema, value)
  if (!parsed.ok) return parsed
  const problems = checkBacklog(parsed.value)
  return problems.length === 0 ? parsed : { ok: false, problems }
}
