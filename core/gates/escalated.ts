import { z } from 'zod'

/** Of which decisions somebody was told that voices are missing: once for each pull request. */
export const escalated = z.array(
  z.strictObject({ pull: z.number().int().positive(), rule: z.string(), at: z.number() }),
)
