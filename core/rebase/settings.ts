import { z } from 'zod'
import type { Problem } from '../contract/problem.ts'
import { AGENT_NAME } from '../names.ts'

/** The part of the configuration that says when a task is thought over again instead of tried once more. */

export const rebase = z.strictObject({
  after: z
    .number()
    .int()
    .min(0)
    .max(20)
    .default(2)
    .describe(
      'failed attempts after which an agent adds to the task what they showed, and the next begins afresh with it; 0: never. Only where `limits.attempts` leaves one more',
    ),
  agent: z
    .string()
    .regex(AGENT_NAME, 'must be lower-case letters, digits and dashes, at most 32')
    .optional()
    .describe('who does so; `default_agent` when absent'),
})
export type RebaseSettings = z.infer<typeof rebase>

/** Whoever is named has to exist. */
export function checkRebaser({
  agents,
  rebase: { agent },
}: {
  agents: Readonly<Record<string, unknown>>
  rebase: RebaseSettings
}): Problem[] {
  if (agent === undefined || Object.hasOwn(agents, agent)) return []
  const known = Object.keys(agents).join(', ')
  return [{ path: 'rebase.agent', message: `no agent is called "${agent}"; known: ${known}` }]
}
