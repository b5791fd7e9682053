import { join } from 'node:path'
import { findProgram } from '../../action/agents/install.ts'
import { findAdapter } from '../../action/agents/registry.ts'
import { BASE_URLS, type LocalEnv } from '../../cli/env.ts'
import { UsageError } from '../../cli/outcome.ts'
import { parseConfig } from '../../core/config/config.ts'
import { nearest } from '../../core/text/nearest.ts'
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
  if (own === undefined && findAdapter(agent) === null) {
    const guess = nearest(agent, [...Object.keys(known), ...BASE_URLS.map(([cli]) => cli)])
    const hint =
      guess === null ? 'give a --command with it' : `did you mean "${guess}"? Else give a --command with it`
    throw new UsageError(`no agent is called "${agent}"; ${hint}`, 'local')
  }
  const settings = typeof own === 'object' && own !== null ? own : { cli: agent }
  const cli = 'cli' in settings && typeof settings.cli === 'string' ? settings.cli : agent
  const baseUrl = baseUrls.get(cli)
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

/**
 * Makes sure of what the agent needs before anything starts: its key, and its program, which is installed when it is
 * nowhere. Throws UsageError in words.
 */
export async function equip(config: unknown, agent: string, env: LocalEnv): Promise<void> {
  const parsed = parseConfig(config)
  // What is wrong with it is said by the app, with all that belongs to it.
  const spec = parsed.ok ? parsed.value.agents[agent] : undefined
  const adapter = spec === undefined ? null : findAdapter(spec.cli)
  if (spec === undefined || !adapter?.package) return
  if (spec.base_url === undefined && !spec.secrets.some(name => env.keys.has(name))) {
    const [, url] = BASE_URLS.find(([cli]) => cli === spec.cli) ?? ['', '']
    throw new UsageError(
      `${agent} needs its key in the environment: set ${spec.secrets.join(' or ')}, or ${url} for a model service that needs none`,
      'local',
    )
  }
  const found = await findProgram(adapter.package, { path: env.path, cache: cacheIn(env), npm: env.npm })
  if ('why' in found) {
    throw new UsageError(
      `${adapter.package.program} is not on PATH and could not be installed: ${found.why}`,
      'local',
    )
  }
}

/** Where the runner looks below its tool cache. */
function cacheIn({ tools }: LocalEnv): string {
  return join(tools, 'chorus')
}

/** The keys of the environment as the repository's secrets: from here on they travel as they would on GitHub. */
export function giveSecrets(repo: Repo, { keys }: LocalEnv): void {
  for (const [name, key] of keys) repo.actions.secrets.set(name, key)
}
