import { z } from 'zod'
import { DAYS } from '../window.ts'
import { voices } from './voicesettings.ts'

/** The key `gates` of the configuration: one key for each gate that has settings. */

const size = z.strictObject({
  files: z
    .number()
    .int()
    .min(0)
    .default(5)
    .describe('changed files up to which a pull request may land by itself'),
  lines: z.number().int().min(0).default(400).describe('changed lines, added and removed together'),
  bytes: z.number().int().min(0).default(200_000).describe('size of all new contents together'),
})

const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time like "07:30"')

const freezeWindow = z.strictObject({
  days: z
    .array(z.enum(DAYS))
    .min(1)
    .default([...DAYS]),
  from: time,
  to: time,
})

/** What programs of agents, and hooks, read and run by themselves: an attempt that goes on from a branch would, too. */
const SETTINGS_OF_AGENTS = [
  ...['.claude/**', '.codex/**', '.gemini/**', '.qwen/**', '.opencode/**', 'opencode.json*', '.mcp.json'],
  ...['.cursor/**', '.husky/**'],
]
const WORDS_FOR_AGENTS = ['AGENTS.md', 'CLAUDE.md', 'GEMINI.md', 'QWEN.md'].flatMap(name => [
  name,
  `**/${name}`,
])

/** Then nothing would judge what lands. */
const EVERY_CHECK =
  'is every check, so that none would count; name those that have to pass under gates.checks instead: with that no other counts'

export const gateSettings = z.strictObject({
  size: size.prefault({}).describe('above any of these a person has to approve'),
  protected: z
    .array(z.string())
    .default([...['.github/**', '.git*', '**/.git*', 'CODEOWNERS', '**/CODEOWNERS'], ...SETTINGS_OF_AGENTS])
    .describe('paths that agents may never change'),
  core: z
    .array(z.string())
    .default(WORDS_FOR_AGENTS)
    .describe('paths whose change needs a person’s approval'),
  owners: z
    .boolean()
    .default(false)
    .describe(
      'ask for a review by an owner of what is changed, as CODEOWNERS says, also where the branch does not',
    ),
  window: z
    .array(freezeWindow)
    .default([])
    .describe(
      'times, in UTC, at which something may land at all, written as for `freeze`; always when empty',
    ),
  freeze: z
    .array(freezeWindow)
    .default([])
    .describe('times, in UTC, at which nothing lands: `{ days: [fri], from: "15:00", to: "00:00" }`'),
  checks: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'check names that must pass, beside those that the branch requires; in `build*` the star stands for anything, and one such check must be there',
    ),
  optional: z
    .array(
      z
        .string()
        .min(1)
        .refine(name => !/^\*+$/.test(name), EVERY_CHECK),
    )
    .default([])
    .describe('check names, also with a star, that do not count where no check is required'),
  neutral: z
    .enum(['pass', 'wait', 'refuse'])
    .default('pass')
    .describe('what a check that ended as `neutral` counts for; GitHub lets it pass'),
  min_seconds: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('a check that was green in less has most likely run nothing: a person looks at it first'),
  must_run: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'check names, also with a star, that have to have run: GitHub counts one that was skipped as passed, also when it was skipped because another one failed',
    ),
  unready: z
    .array(z.string().regex(/[\p{L}\p{N}]$/u, 'must end with a letter or a digit'))
    .default(['WIP', 'DNM', 'do not merge'])
    .describe('words at the beginning of a title, in any case, by which it says that it is not to land yet'),
  voices: voices
    .default([])
    .describe('decisions that need several voices, by path or size, and who is told when they do not come'),
  requested: z
    .boolean()
    .default(false)
    .describe('wait for reviews that somebody asked for by name on the pull request'),
})
