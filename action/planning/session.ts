import { join } from 'node:path'
import type { Ticket } from '../../core/contract/ticket.ts'
import { DOCUMENT_BYTES, type PlanningRole } from '../../core/planning/document.ts'
import { cleanOutput, cutHead } from '../../core/text/clean.ts'
import { redactSecrets } from '../../core/text/secret.ts'
import type { Bench } from '../checks.ts'
import type { Conversation } from '../converse.ts'
import type { Desk } from '../desk.ts'
import { readAgentFile } from '../harvest.ts'

/** An agent in one of the roles of planning. */
export type Session = Conversation & { role: PlanningRole }

/** What the agent wrote under this name, fit to be kept: visible, without keys, cut. */
export async function readWritten(desk: Desk, file: string, most = DOCUMENT_BYTES): Promise<string | null> {
  // More than that is cut here, so that it is noticed where it must not be.
  const text = await readAgentFile(join(desk.out, file), most + DOCUMENT_BYTES)
  return text === null ? null : fitToKeep(text, most)
}

export function fitToKeep(text: string, most = DOCUMENT_BYTES): string {
  return redactSecrets(cutHead(cleanOutput(text), most))
}

/** Programs of one's own are told which part they have. */
export function withRole(bench: Bench, role: PlanningRole): Bench {
  return { ...bench, env: { ...bench.env, CHORUS_ROLE: role } }
}

/** Each on a runner of its own, and none of them knows what the others use. */
const CONVERSATIONS = 4

/** The ticket as that planner has it: with its share of what the attempt may use. */
export function ticketFor(ticket: Ticket, role: PlanningRole): Ticket {
  const agent = role === 'synthesis' ? ticket.agent : ticket.planning?.[role]
  if (agent === undefined) throw new Error('the ticket names no planners')
  const { tokens, cost_usd } = ticket.limits
  const limits = {
    ...ticket.limits,
    ...(tokens === undefined ? {} : { tokens: Math.ceil(tokens / CONVERSATIONS) }),
    ...(cost_usd === undefined ? {} : { cost_usd: cost_usd / CONVERSATIONS }),
  }
  return { ...ticket, agent, limits }
}
