import { z } from 'zod'
import { price } from '../accounts/price.ts'
import { parseWith } from '../contract/parse.ts'
import type { Parsed, Problem } from '../contract/problem.ts'
import { gateSettings } from '../gates/settings.ts'
import { checkVoices } from '../gates/voicesettings.ts'
import { AGENT_NAME } from '../names.ts'
import { compileGlob } from '../paths/glob.ts'
import { checkRebaser, rebase } from '../rebase/settings.ts'
import { checkReviewers, review } from '../review/settings.ts'
import { budgets, checkBudgets } from './budgets.ts'
import { merge } from './merge.ts'
import { poolName, pools } from './pools.ts'
import { checkRouting, routing, usualRules } from './routing.ts'
import { check, DEFAULT_PATIENCE, isolation, limits, MOST_CONTENDERS } from './workshop.ts'

/**
 * `.github/chorus.yml`, always read from the default branch. Every key has a default; an empty file works. Unknown keys
 * are errors with the nearest known name. `.describe()` texts become the table in the README and the editor's hints.
 */

const agentName = z.string().regex(AGENT_NAME, 'must be lower-case letters, digits and dashes, at most 32')

const agent = z
  .strictObject({
    cli: z
      .enum(['claude', 'codex', 'opencode', 'gemini', 'qwen', 'custom', 'scripted'])
      .describe('which program runs; `custom` runs `command`'),
    command: z
      .string()
      .min(1)
      .optional()
      .describe('for `custom`: a shell command; the prompt is in the file $CHORUS_PROMPT'),
    model: z.string().optional().describe('model name, as the CLI spells it'),
    fallback_model: z.string().optional().describe('model to use when the first one is overloaded'),
    fallback: z
      .array(agentName)
      .default([])
      .describe('agents that take over, in this order, when its service has no room, no quota, or is away'),
    race: z
      .array(agentName)
      .max(MOST_CONTENDERS - 1)
      .default([])
      .describe(
        'agents that do each of its tasks at the same time as it, each in a worktree of its own; the checks choose, then the smaller change. Naming it itself gives it one more try. Each may use what an attempt may',
      ),
    base_url: z
      .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
      .refine(url => !/[@?#]/.test(url), 'must not have a user, a query or a fragment')
      .optional()
      .describe(
        'where its model service is, when not at the vendor’s own address: a company’s proxy, a model of your own',
      ),
    args: z.array(z.string()).default([]).describe('extra arguments'),
    secrets: z
      .array(z.string().regex(/^[A-Z_][A-Z0-9_]*$/))
      .default([])
      .describe('names of the secrets that may hold its key; the usual one of its CLI when absent'),
    same_user: z
      .boolean()
      .default(false)
      .describe(
        'give it its key also on runners that cannot hold it apart: there it could read the real one',
      ),
    patience: z
      .number()
      .min(0)
      .max(60)
      .default(DEFAULT_PATIENCE)
      .describe(
        'minutes for which its model service may have no room, or be away, before `fallback_model` or the next agent takes over',
      ),
    max_parallel: z
      .number()
      .int()
      .min(1)
      .max(100)
      .default(4)
      .describe('attempts of this agent at the same time'),
  })
  .refine(({ cli, command }) => cli !== 'custom' || command !== undefined, {
    path: ['command'],
    message: 'is missing: it is what an agent with `cli: custom` runs',
  })
  .refine(({ cli, command }) => cli === 'custom' || command === undefined, {
    path: ['command'],
    message: 'is for agents with `cli: custom` only',
  })

const modelName = z
  .string()
  .regex(/^[A-Za-z0-9][\w./:@-]{0,127}\*?$/, 'must be a name of a model, with or without a star at its end')

const DEFAULT_AGENT = 'codex'
const builtIn = { claude: {}, codex: {}, opencode: {}, gemini: {}, qwen: {} } as const

const planner = agentName.optional()
const planning = z.strictObject({
  agents: z
    .strictObject({ spec: planner, architecture: planner, qa: planner })
    .prefault({})
    .describe('who writes which document of a plan; whoever makes the plan of them when absent'),
})

export const configSchema = z.strictObject({
  version: z.literal(1).default(1).describe('of this file’s format'),
  agents: z
    .record(agentName, agent)
    .default({})
    .describe('the fleet; claude, codex, opencode, gemini and qwen exist already'),
  default_agent: agentName
    .default(DEFAULT_AGENT)
    .describe('for `/chorus run` without an agent, where no rule of `routing` fits'),
  routing: routing.prefault({}),
  limits: limits.prefault({}),
  pool: poolName
    .optional()
    .describe(
      'pool of workers that this repository shares with others of its owner; how large it is stands under `pools` in the owner’s repository `.github`',
    ),
  pools,
  budgets: budgets.prefault({}),
  models: z
    .record(modelName, price)
    .default({})
    .describe('what models cost, by name; `gpt-5*` stands for all names that begin so'),
  setup: z
    .array(z.string().min(1))
    .default([])
    .describe('commands that prepare the worktree, before the agent, without keys'),
  checks: z.array(check).default([]).describe('commands that must pass before an attempt counts as done'),
  isolation: isolation.prefault({}),
  gates: gateSettings.prefault({}),
  merge: merge.prefault({}),
  planning: planning.prefault({}),
  review: review.prefault({}),
  rebase: rebase.prefault({}),
  agents_md: z
    .boolean()
    .default(true)
    .describe(
      'where nothing tells agents how to work here, propose an `AGENTS.md` by a pull request, once; a person merges or closes it',
    ),
  discovered: z
    .number()
    .int()
    .min(0)
    .max(10)
    .default(3)
    .describe(
      'so many problems that an agent reports beside its task become issues once its work has landed; nobody works on them until somebody asks, or `discovered_start` says so; 0: none',
    ),
  discovered_start: z
    .number()
    .int()
    .min(0)
    .max(10)
    .default(0)
    .describe(
      'so many of these begin by themselves, on behalf of whoever asked for that task; none lands before a person has approved its pull request, and what is met on the way begins nothing; 0: none',
    ),
  learnings_md: z
    .number()
    .int()
    .min(0)
    .max(50)
    .default(10)
    .describe(
      'so many new things that agents learned are offered for `.agent/learnings.md` by a pull request; a person merges or closes it; 0: never',
    ),
  allow: z
    .strictObject({
      apps: z
        .array(z.number().int())
        .default([])
        .describe('ids of GitHub Apps whose labels and comments count'),
      comments: z
        .enum(['writers', 'triagers'])
        .default('writers')
        .describe('whose comments an agent is shown'),
    })
    .prefault({}),
})

export type Config = z.infer<typeof configSchema>
export type AgentConfig = Config['agents'][string]

/** `value` is the parsed YAML; null or undefined (an empty or absent file) means all defaults. */
export function parseConfig(value: unknown): Parsed<Config> {
  const parsed = parseWith(configSchema, value ?? {})
  if (!parsed.ok) return parsed
  const agents = Object.entries({ ...builtInAgents(), ...parsed.value.agents })
  const rules = parsed.value.routing.rules ?? usualRules(namedAgents(parsed.value))
  const config: Config = {
    ...parsed.value,
    agents: Object.fromEntries(agents.map(([name, agent]) => [name, withUsualSecret(agent)])),
    routing: { ...parsed.value.routing, rules },
  }
  const problems = crossCheck(config)
  return problems.length === 0 ? { ok: true, value: config } : { ok: false, problems }
}

/** Where the key of a CLI is kept when nobody says otherwise. */
const USUAL_SECRET: Partial<Record<AgentConfig['cli'], string>> = {
  claude: 'ANTHROPIC_API_KEY',
  codex: 'OPENAI_API_KEY',
  opencode: 'OPENCODE_API_KEY',
  gemini: 'GEMINI_API_KEY',
  qwen: 'QWEN_API_KEY',
}

/** None when the file leaves the fleet to us. */
function namedAgents({ agents, default_agent }: Config): string[] {
  const named = Object.keys(agents)
  return named.length === 0 && default_agent === DEFAULT_AGENT ? [] : [...named, default_agent]
}

function builtInAgents(): Config['agents'] {
  return Object.fromEntries(
    (Object.keys(builtIn) as (keyof typeof builtIn)[]).map(cli => [
      cli,
      {
        cli,
        args: [],
        secrets: [],
        fallback: [],
        race: [],
        same_user: false,
        patience: DEFAULT_PATIENCE,
        max_parallel: 4,
      },
    ]),
  )
}

function withUsualSecret(agent: AgentConfig): AgentConfig {
  const usual = USUAL_SECRET[agent.cli]
  return usual === undefined || agent.secrets.length > 0 ? agent : { ...agent, secrets: [usual] }
}

function crossCheck(config: Config): Problem[] {
  const problems: Problem[] = []
  if (config.agents[config.default_agent] === undefined) {
    problems.push({
      path: 'default_agent',
      message: `no agent is called "${config.default_agent}"; known: ${Object.keys(config.agents).join(', ')}`,
    })
  }
  problems.push(...checkVoices(config.gates.voices, Object.keys(config.agents)))
  problems.push(...checkRouting(config), ...checkReviewers(config))
  problems.push(...checkRebaser(config), ...checkBudgets(config))
  if (config.limits.cost_usd !== undefined && Object.keys(config.models).length === 0) {
    problems.push({
      path: 'limits.cost_usd',
      message: 'cannot be kept without prices; list those of your models under `models`',
    })
  }
  const names = config.checks.map(check => check.name)
  for (const name of new Set(names.filter((name, i) => names.indexOf(name) !== i))) {
    problems.push({ path: 'checks', message: `two checks are called "${name}"` })
  }
  if (config.merge.judge === 'job' && config.checks.length === 0) {
    problems.push({
      path: 'merge.judge',
      message: '"job" has nothing to judge by; list commands under `checks`',
    })
  }
  for (const key of ['protected', 'core'] as const) {
    for (const [i, pattern] of config.gates[key].entries()) {
      const glob = compileGlob(pattern)
      if (!glob.ok) problems.push({ path: `gates.${key}[${i}]`, message: glob.problems[0]!.message })
    }
  }
  return problems
}
