import { z } from 'zod'

/**
 * Said on a parent: all that was below it then is to be done. It is said once and is no standing order: what comes below it later
 * nobody has read. `agent` null: whoever the configuration gives it to.
 */
export const askedBelow = z.strictObject({
  by: z.strictObject({ id: z.number().int(), login: z.string() }),
  at: z.number(),
  agent: z.string().nullable(),
})
export type AskedBelow = z.infer<typeof askedBelow>
