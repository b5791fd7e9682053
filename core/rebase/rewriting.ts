import { z } from 'zod'
import { parseWith } from '../contract/parse.ts'
import type { Parsed } from '../contract/problem.ts'
import { byteLength } from '../text/clean.ts'

/**
 * What an agent adds to a task after attempts at it failed. It can only add: what a person approved stands word for word,
 * and the scope is nobody's but theirs. Its free invention: bounded here, quoted wherever it is shown.
 */

const MOST_POINTS = 6
/** All points together; a long task leaves room for less. */
export const MOST_BYTES = 1500

const point = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .regex(/^[^\r\n]*$/, 'must be one line')
const points = z.array(point).max(MOST_POINTS).default([])

const additions = z.strictObject({
  /** What the goal left open. */
  notes: points,
  acceptance: points,
  constraints: points,
  /** What was tried, and why it failed. */
  tried: points,
})
export type Additions = z.infer<typeof additions>

export const rewriting = additions
  .extend({
    /** For a person, where nothing that is added could help. */
    question: z.string().trim().min(1).max(1000).nullable().default(null),
  })
  .refine(one => one.question !== null || listPoints(one).length > 0, {
    message: 'must add at least one point, or ask a question',
  })
  .refine(one => countBytes(one) <= MOST_BYTES, { message: explainLong(MOST_BYTES) })
export type Rewriting = z.infer<typeof rewriting>

/** On the ledger. It belongs to the text that was approved then, and to the attempts after that number. */
export const knownRewriting = additions.extend({
  attempt: z.number().int().positive(),
  /** SHA-256 of the approved text. */
  of: z.string(),
  by: z.string(),
  at: z.number(),
})
export type KnownRewriting = z.infer<typeof knownRewriting>

/** @param room in bytes: what is longer would be cut from the task. */
export function parseRewriting(value: unknown, room = MOST_BYTES): Parsed<Rewriting> {
  const read = parseWith(rewriting, value)
  if (!read.ok || countBytes(read.value) <= room) return read
  return { ok: false, problems: [{ path: '', message: explainLong(room) }] }
}

function explainLong(most: number): string {
  return `must be shorter: all points together at most ${most} bytes`
}

function countBytes(added: Additions): number {
  return byteLength(listPoints(added).join(''))
}

function listPoints({ notes, acceptance, constraints, tried }: Additions): string[] {
  return [...notes, ...acceptance, ...constraints, ...tried]
}
