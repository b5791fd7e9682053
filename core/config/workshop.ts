import { z } from 'zod'

/** Settings of what an attempt works with: what has to pass, how much it may use, what it reaches. */

export const check = z.strictObject({
  name: z.string().min(1).max(60).describe('shown in the report'),
  run: z.string().min(1).describe('shell command, in the worktree'),
  minutes: z.number().positive().max(340).default(10).describe('time limit'),
  fast: z.boolean().default(false).describe('also runs before each commit of the agent'),
  warnings: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe(
      'a text such as `warning:`; more lines of its output with it than before the agent came are red, too',
    ),
})

/** Minutes: limits of a service are mostly by the minute. */
export const DEFAULT_PATIENCE = 2

/** So many agents at one attempt: more on one runner would only be in each other's way. */
export const MOST_CONTENDERS = 5

export const limits = z.strictObject({
  attempts: z
    .number()
    .int()
    .min(1)
    .max(20)
    .default(3)
    .describe('fresh attempts per task before a person is asked'),
  parallel: z
    .number()
    .int()
    .min(1)
    .max(500)
    .default(4)
    .describe('attempts at the same time in this repository'),
  per_epic: z
    .number()
    .int()
    .min(1)
    .max(500)
    .optional()
    .describe('attempts at the same time among the sub-issues of one issue; no limit of its own when absent'),
  reviews: z
    .number()
    .int()
    .min(1)
    .max(500)
    .default(20)
    .describe('pull requests that wait for people; while there are so many, no other task is begun'),
  nudge_hours: z
    .number()
    .min(0)
    .max(8760)
    .default(48)
    .describe(
      'who asked for a task is told once more, by a comment, when it has waited for a person for so long; 0: never',
    ),
  minutes: z.number().positive().max(340).default(30).describe('wall clock of one attempt'),
  silence: z
    .number()
    .positive()
    .max(340)
    .default(15)
    .describe(
      'minutes in which an agent neither prints anything nor asks its model, after which it counts as stalled and is ended; more than its own longest command says nothing',
    ),
  side_by_side: z
    .number()
    .int()
    .min(1)
    .max(MOST_CONTENDERS)
    .default(2)
    .describe(
      'contenders of a race that work at the same time on one runner; with more of them each has its share of `minutes`',
    ),
  loops: z
    .number()
    .int()
    .min(1)
    .max(20)
    .default(3)
    .describe('times red checks go back to the agent within an attempt'),
  tokens: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('tokens of one attempt, prompts and answers together; no limit when absent'),
  cost_usd: z
    .number()
    .positive()
    .optional()
    .describe('USD of one attempt; every model that it asks needs a price under `models`'),
})

export const isolation = z.strictObject({
  network: z
    .enum(['open', 'gateway'])
    .default('open')
    .describe(
      '`gateway`: agent and checks reach their model and nothing else, `setup` still has the network; runners that cannot do it start no agent',
    ),
})
