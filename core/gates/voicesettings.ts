import { z } from 'zod'
import type { Problem } from '../contract/problem.ts'
import { compileGlob } from '../paths/glob.ts'

/** One decision that needs several voices: which changes it is about, whose count, and how many of them are needed. */

const account = /^@[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:\/[A-Za-z0-9][\w.-]{0,99})?$/
const voice =
  /^(?:@[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:\/[A-Za-z0-9][\w.-]{0,99})?|reviewer(?::[a-z0-9][a-z0-9-]{0,31})?)$/

const rule = z.strictObject({
  name: z
    .string()
    .regex(
      /^[\p{L}\p{N}][\p{L}\p{N} _-]{0,39}$/u,
      'must be a short name of letters, digits, blanks and dashes',
    )
    .describe('how people call it'),
  paths: z
    .array(z.string())
    .default([])
    .describe('it is about changes of these; with `files` and `lines` left out too, about every change'),
  files: z.number().int().min(0).optional().describe('or about changes of more files than that'),
  lines: z.number().int().min(0).optional().describe('or of more lines, added and removed together'),
  needed: z.number().int().min(1).max(20).describe('so many of those below have to approve the very commit'),
  of: z
    .array(
      z.string().regex(voice, 'must be `@person`, `@owner/team`, `reviewer`, or `reviewer:` and an agent'),
    )
    .min(1)
    .describe(
      'whose voices count: people, teams, and the review by an agent. Who belongs to a team cannot be seen, so there anybody’s counts who may push',
    ),
  escalate: z
    .string()
    .regex(account, 'must be `@person` or `@owner/team`')
    .optional()
    .describe('who is told, once, on the pull request when voices are still missing after `hours`'),
  hours: z.number().min(1).max(720).default(24).describe('how long they have'),
})

export const voices = z.array(rule)
export type VoiceRule = z.infer<typeof rule>

/** What single rules cannot show. `agents`: the names of the fleet. */
export function checkVoices(rules: readonly VoiceRule[], agents: readonly string[]): Problem[] {
  return rules.flatMap(({ name, paths, needed, of }, i) => {
    const at = `gates.voices[${i}]`
    const problems: Problem[] = []
    const twice = rules.findIndex(other => other.name === name) < i
    if (twice) problems.push({ path: `${at}.name`, message: `two decisions are called "${name}"` })
    const most = of.some(isTeam) ? Number.POSITIVE_INFINITY : new Set(of.map(fold)).size
    if (needed > most)
      problems.push({
        path: `${at}.needed`,
        message: `${needed} are needed, and \`of\` names only ${most}`,
      })
    for (const [n, one] of of.entries()) {
      const agent = /^reviewer:(.+)$/.exec(one)?.[1]
      if (agent !== undefined && !agents.includes(agent))
        problems.push({
          path: `${at}.of[${n}]`,
          message: `no agent is called "${agent}"; known: ${agents.join(', ')}`,
        })
    }
    for (const [n, pattern] of paths.entries()) {
      const glob = compileGlob(pattern)
      if (!glob.ok) problems.push({ path: `${at}.paths[${n}]`, message: glob.problems[0]!.message })
    }
    return problems
  })
}

export function isTeam(voice: string): boolean {
  return voice.startsWith('@') && voice.includes('/')
}

/** There is one review by an agent of each commit, whoever may give it. */
function fold(voice: string): string {
  return voice.startsWith('@') ? voice.toLowerCase() : 'reviewer'
}
