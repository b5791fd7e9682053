import { z } from 'zod'
import type { Problem } from '../contract/problem.ts'

/** The part of the configuration that says whether agents review what agents made. */

export const review = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe(
      'another agent reviews each change when its CI is green; it can ask for changes or a fresh start, never land anything',
    ),
  agents: z
    .array(z.string())
    .default([])
    .describe(
      'agents that review, best first; one of another vendor than the author’s goes before. When absent: whoever is given work here',
    ),
  rounds: z
    .number()
    .int()
    .min(0)
    .max(10)
    .default(2)
    .describe(
      'times that a task goes back to its agent for a review by an agent; after that a person decides',
    ),
})
export type ReviewSettings = z.infer<typeof review>

/** Everybody who reviews has to exist. */
export function checkReviewers({
  agents,
  review,
}: {
  agents: Readonly<Record<string, unknown>>
  review: ReviewSettings
}): Problem[] {
  const known = Object.keys(agents)
  return review.agents.flatMap((name, i) =>
    known.includes(name)
      ? []
      : [
          {
            path: `review.agents[${i}]`,
            message: `no agent is called "${name}"; known: ${known.join(', ')}`,
          },
        ],
  )
}
