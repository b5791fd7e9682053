import { join } from 'node:path'
import { findProgram } from '../../action/agents/install.ts'
import { findAdapter } from '../../action/agents/registry.ts'
import { call, openAgent } from '../../action/gateway/wire.ts'
import { BASE_URLS, type LocalEnv } from '../../cli/env.ts'
import { UsageError } from '../../cli/outcome.ts'
import { parseConfig } from '../../core/config/config.ts'
import { nearest } from '../../core/text/nearest.ts'
import { explainConfig } from '../../core/words/config.ts'
import type { Repo } from '../state.ts'

/** The agent of the command line: one of the repository's own, a built-in one, or a command. */
export type AgentWish = { agent: string; command: string | null; model: string | null }

/** `agents` of the configuration with this agent in it, at the service that the environment names. */
export function writeAgents(
  { agent, command, model }: AgentWish,
  known: Readonly<Record<string, unknown>>,
  { baseUrls }: LocalEnv,
): Record<string, unknown> {
  if (command !== null) return { ...known, [agent]: { cli: 'custom', command } }
  const own = known[agent]
  if (agent === 'custom' && own === undefined)
    throw new UsageError('--agent custom needs a --command: the command line that does the work', 'local')
  if (own === undefined && findAdapter(agent) === null) {
    const guess = nearest(agent, [...Object.keys(known), ...BASE_URLS.map(([cli]) => cli)])
    const hint =
      guess === null ? 'give a --command with it' : `did you mean "${guess}"? Else give a --command with it`
    throw new UsageError(`no agent is called "${agent}"; ${hint}`, 'local')
  }
  const settings = typeof own === 'object' && own !== null ? own : { cli: agent }
  const cli = 'cli' in settings && typeof settings.cli === 'string' ? settings.cli : agent
  const baseUrl = baseUrls.get(cli)
  if (baseUrl !== undefined) checkUrl(cli, baseUrl)
  return {
    ...known,
    [agent]: {
      ...settings,
      // It is the user's own machine and key: started by hand the program would have it too.
      same_user: true,
      ...(model === null ? {} : { model }),
      ...(baseUrl === undefined ? {} : { base_url: baseUrl }),
    },
  }
}

function variableOf(cli: string): string {
  return BASE_URLS.find(([name]) => name === cli)?.[1] ?? ''
}

/** As the configuration wants it, but named as the user set it. What stands before an @ may be a password. */
function checkUrl(cli: string, url: string): void {
  if (/^https?:\/\/[^@?#]+$/.test(url) && URL.canParse(url)) return
  const found = url.includes('@') ? 'it has a user in it' : `it is "${url}"`
  throw new UsageError(
    `${variableOf(cli)} must be an http or https URL without user, query or fragment; ${found}`,
    'local',
  )
}

/**
 * Makes sure of what the agent needs before anything starts: a configuration that can be read, its key, a service that
 * answers where one was named, and its program, which is installed when it is nowhere. Throws UsageError in words.
 */
export async function equip(
  config: unknown,
  agent: string,
  { env, say }: { env: LocalEnv; say(line: string): void },
): Promise<void> {
  const parsed = parseConfig(config)
  if (!parsed.ok) throw new UsageError(explainConfig(parsed.problems), 'local')
  const spec = parsed.value.agents[agent]
  const adapter = spec === undefined ? null : findAdapter(spec.cli)
  if (spec?.base_url !== undefined) await reach({ agent, cli: spec.cli, url: spec.base_url }, env)
  if (spec === undefined || !adapter?.package) return
  if (spec.base_url === undefined && !spec.secrets.some(name => env.keys.has(name))) {
    const url = variableOf(spec.cli)
    throw new UsageError(
      `${agent} needs its key in the environment: set ${spec.secrets.join(' or ')}, or ${url} for a model service that needs none`,
      'local',
    )
  }
  const found = await findProgram(adapter.package, { path: env.path, cache: cacheIn(env), npm: env.npm, say })
  if ('why' in found) {
    throw new UsageError(
      `${adapter.package.program} is not on PATH and could not be installed: ${found.why}`,
      'local',
    )
  }
}

/** Whatever it answers: somebody is there. */
async function reach(
  { agent, cli, url }: { agent: string; cli: string; url: string },
  env: LocalEnv,
): Promise<void> {
  const { npm, baseUrls } = env
  const origin = baseUrls.has(cli) ? variableOf(cli) : '`base_url` in .github/chorus.yml'
  const base = new URL(url)
  const proxy = Object.fromEntries(
    Object.entries(npm).filter(([name]) => /^(?:https?|no)_proxy$/i.test(name)),
  )
  const http = openAgent(base, { proxy, ca: null })
  const asked = { base, agent: http, method: 'HEAD', path: '', headers: {}, body: null, quietMs: REACH_MS }
  const result = await call({ ...asked, signal: AbortSignal.timeout(REACH_MS) })
  if (result.is === 'answered') result.answer.destroy()
  http.destroy()
  if (result.is === 'answered') return
  throw new UsageError(
    `the model service of ${agent}, ${base.origin}, cannot be reached (${result.code}); look at ${origin}`,
    'local',
  )
}

const REACH_MS = 10_000

/** Where the runner looks below its tool cache. */
function cacheIn({ tools }: LocalEnv): string {
  return join(tools, 'chorus')
}

/** The keys of the environment as the repository's secrets: from here on they travel as they would on GitHub. */
export function giveSecrets(repo: Repo, { keys }: LocalEnv): void {
  for (const [name, key] of keys) repo.actions.secrets.set(name, key)
}
