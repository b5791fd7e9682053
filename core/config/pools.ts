import { z } from 'zod'
import { AGENT_NAME } from '../names.ts'

/** Settings of what several repositories of one owner share. */

/** The repository of an owner that speaks for all of its repositories, as for GitHub's own defaults. */
export const OWNER_HOME = '.github'

export const poolName = z
  .string()
  .regex(AGENT_NAME, 'must be lower-case letters, digits and dashes, at most 32')

export const pools = z
  .record(
    poolName,
    z.strictObject({
      size: z
        .number()
        .int()
        .min(1)
        .max(1000)
        .describe('attempts at the same time in all repositories that share it'),
      weights: z
        .record(z.string().min(1), z.number().positive().max(1000))
        .default({})
        .describe('how much of it a repository may use beside others, by its name; 1 for those not named'),
    }),
  )
  .default({})
  .describe('pools of workers; counts only in the owner’s repository `.github`')
