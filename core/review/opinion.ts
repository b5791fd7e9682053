import { z } from 'zod'
import { parseWith } from '../contract/parse.ts'
import type { Parsed } from '../contract/problem.ts'

/** What a reviewing agent says of a change. Its free invention: bounded here, quoted wherever it is shown. */

export const VERDICTS = ['approve', 'changes', 'rebase'] as const
export type Verdict = (typeof VERDICTS)[number]

const MOST_FINDINGS = 20

const finding = z.strictObject({
  /** Of the file; null: it is about no single one. */
  path: z.string().min(1).max(500).nullable().default(null),
  /** Of the file as it is with the change. */
  line: z.number().int().min(1).max(10_000_000).nullable().default(null),
  body: z.string().trim().min(1).max(1500),
})
export type Finding = z.infer<typeof finding>

export const opinion = z
  .strictObject({
    verdict: z.enum(VERDICTS),
    /** In a few sentences, for people. */
    summary: z.string().trim().min(1).max(2000),
    findings: z.array(finding).max(MOST_FINDINGS).default([]),
  })
  .refine(({ verdict, findings }) => verdict === 'approve' || findings.length > 0, {
    path: ['findings'],
    message: 'must say what is wrong: at least one finding, unless the verdict is "approve"',
  })
export type Opinion = z.infer<typeof opinion>

export function parseOpinion(value: unknown): Parsed<Opinion> {
  return parseWith(opinion, value)
}
