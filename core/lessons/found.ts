import { z } from 'zod'

/** Problems that an agent met beside its task. `key` is for good. */
export const discovered = z.strictObject({
  attempt: z.number().int().positive(),
  agent: z.string(),
  found: z.array(
    z.strictObject({
      key: z.string(),
      title: z.string(),
      body: z.string(),
      /** The configuration lets it begin by itself; see beginning.ts. */
      starts: z.boolean().default(false),
    }),
  ),
})
export type Discovered = z.infer<typeof discovered>
export type Found = Discovered['found'][number]
