import { z } from 'zod'

/** What people were told once for each pull request: that voices of a decision are missing, that it waits for them, that it is gone. */
export const escalated = z.array(
  z.strictObject({ pull: z.number().int().positive(), rule: z.string(), at: z.number() }),
)
