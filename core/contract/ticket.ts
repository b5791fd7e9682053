import { z } from 'zod'
import { price } from '../accounts/price.ts'
import { WORK } from '../agents/work.ts'
import { SLUG } from '../backlog/contract.ts'
import { MOST_CONTENDERS } from '../config/workshop.ts'
import { TICKET_KINDS } from '../names.ts'
import { PLANNERS } from '../planning/document.ts'
import { lack } from '../planning/lack.ts'
import { namedMap } from '../planning/map.ts'
import { parseWith } from './parse.ts'
import type { Parsed } from './problem.ts'

/** Contract app → runner. It lies in the claim's commit; the only dispatch input is that commit's SHA. */

const commit = z.string().regex(/^[0-9a-f]{40}$/)

export const check = z.strictObject({
  name: z.string(),
  run: z.string(),
  minutes: z.number(),
  /** Fast checks also guard each commit in the worktree. */
  fast: z.boolean(),
  /** A text: no more lines of its output may have it than before the agent came. */
  warnings: z.string().optional(),
})
export type Check = z.infer<typeof check>

export const agentSpec = z.strictObject({
  name: z.string(),
  cli: z.string(),
  model: z.string().nullable(),
  fallback_model: z.string().nullable(),
  /** Where its model service is; null for the vendor's own. */
  base_url: z.string().nullable().default(null),
  /** Names of the secrets that may hold its key, best first. */
  secrets: z.array(z.string()).default([]),
  /** Its key may be used where nothing keeps it from reading our memory. */
  same_user: z.boolean().default(false),
  /** Minutes for which its service may have no room before something else is tried; absent: as usual. */
  patience: z.number().optional(),
  args: z.array(z.string()),
  /** For the `custom` CLI: the command line, run by a shell in the worktree with the prompt file's path in CHORUS_PROMPT. */
  command: z.string().nullable(),
})
export type AgentSpec = z.infer<typeof agentSpec>

export const limits = z.strictObject({
  /** Wall clock for agent and checks together. */
  minutes: z.number(),
  /** Times that red checks go back to the agent within one attempt. */
  loops: z.number().int(),
  /** In which nothing is heard of an agent before it is ended; absent: no limit but the wall clock. */
  silence: z.number().positive().optional(),
  max_files: z.number().int(),
  max_bytes: z.number().int(),
  /** Of all models together, prompts and answers; absent: no limit. */
  tokens: z.number().int().positive().optional(),
  cost_usd: z.number().positive().optional(),
})

/** Who an attempt is for, and why it is done by whom it is done. */
export const account = z.strictObject({
  by: z.strictObject({ id: z.number().int(), login: z.string() }),
  /** The issue whose sub-issue it is. */
  epic: z.number().int().nullable(),
  work: z.enum(WORK),
  /** Why this agent; empty where it was simply asked for. */
  because: z.string(),
  /** Set aside for it: any controller counts the same until the attempt is settled. */
  reserved: z.strictObject({ usd: z.number(), tokens: z.number() }),
})
export type Account = z.infer<typeof account>

export const ticketSchema = z.strictObject({
  version: z.literal(1),
  kind: z.enum(TICKET_KINDS),
  task: z.string(),
  attempt: z.number().int().positive(),
  issue: z.number().int().positive(),
  agent: agentSpec,
  /** Commit the attempt starts from. */
  base: z.string(),
  /** The commit that must be the branch's head for a feedback attempt; null for a fresh one. */
  continues: z.string().nullable(),
  spec: z.strictObject({
    title: z.string(),
    type: z.string(),
    goal: z.string(),
    acceptance: z.array(z.string()),
    scope: z.array(z.string()),
    constraints: z.array(z.string()),
    /** SHA-256 of the approved text. */
    approved: z.string(),
  }),
  /** One line each: what was tried and why it failed. */
  negative: z.array(z.string()),
  /** What a person or CI said of the last attempt; empty for a first one. */
  feedback: z.string(),
  /** What other agents learned here, a line each. */
  learnings: z.array(z.string()).optional(),
  /** What the last attempt at this very task noted for the next one. */
  scratchpad: z.string().optional(),
  setup: z.array(z.string()),
  checks: z.array(check),
  protected: z.array(z.string()),
  /** `gateway`: nothing but the model gateway is in reach of the agent and the checks. Absent: the network as it is. */
  network: z.enum(['open', 'gateway']).optional(),
  limits,
  account: account.optional(),
  /** Who else works at this attempt, each in a worktree of its own with these limits; and how many of all of them at the same time. */
  race: z
    .strictObject({
      others: z
        .array(agentSpec)
        .min(1)
        .max(MOST_CONTENDERS - 1),
      side_by_side: z.number().int().positive(),
    })
    .optional(),
  /** For a plan: what its folder is called, and who writes which document; the agent itself makes one plan of them. */
  planning: z
    .strictObject({
      feature: z.string().regex(SLUG),
      spec: agentSpec,
      architecture: agentSpec,
      qa: agentSpec,
      /** The map that a plan before this one left; it holds as long as the structure of the repository is the same. */
      map: namedMap.optional(),
      previous: z
        .strictObject({
          /** The folder of a plan that was made before, and the commit that has it. */
          feature: z.string().regex(SLUG),
          at: commit,
          /** The commit in which it was as it had been made, where people may have edited it since. */
          made: commit.nullable(),
          /** Who writes anew, though the document can be read. */
          again: z.array(z.enum(PLANNERS)),
          /** What the last attempt missed in them. */
          lacks: z.array(lack).optional(),
        })
        .optional(),
    })
    .optional(),
  /** The commit whose words for agents count, where that is not the base. */
  prompts: commit.optional(),
  /** For a review: of which attempt, and how its checks ended, a line each. */
  review: z.strictObject({ attempt: z.number().int().positive(), checks: z.array(z.string()) }).optional(),
  /** Prices by name of the model, a star at the end for all that begin so. */
  models: z.record(z.string(), price).optional(),
})
export type Ticket = z.infer<typeof ticketSchema>

export function parseTicket(value: unknown): Parsed<Ticket> {
  return parseWith(ticketSchema, value)
}
