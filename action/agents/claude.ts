import { join } from 'node:path'
import { type Adapter, extend, MOST_TURNS } from './agent.ts'
import { readResult } from './result.ts'
import { showMessage } from './shown.ts'

/** Anthropic's Claude Code. */
export const claude: Adapter = {
  cli: 'claude',
  package: {
    name: '@anthropic-ai/claude-code',
    version: '2.1.197',
    program: 'claude',
    // npm brings the one that fits the machine's C library.
    natives: ({ name }) => [name, `${name}-musl`].map(build => `@anthropic-ai/claude-code-${build}/claude`),
  },
  service: () => ({ family: 'anthropic', model: null }),
  settings: ({ access }) => ({
    [FLAGS]: JSON.stringify({ env: access === null ? {} : { ANTHROPIC_BASE_URL: access.baseUrl } }),
  }),
  launch: ({ spec, program, access, model, home, prompt }) => ({
    command: extend(program, [
      ...['-p', '--output-format', 'stream-json', '--verbose', '--dangerously-skip-permissions'],
      ...['--no-session-persistence', '--max-turns', String(MOST_TURNS)],
      // Settings of the repository go before the environment, and could name another address: these go before them.
      ...['--settings', join(home, FLAGS)],
      ...(model === null ? [] : ['--model', model]),
      ...spec.args,
    ]),
    env: {
      CLAUDE_CONFIG_DIR: join(home, '.claude'),
      // It refuses to run as root without it; where it runs is what holds it.
      IS_SANDBOX: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      CLAUDE_CODE_MAX_RETRIES: '3',
      ...(model === null ? {} : everyModel(model)),
      ...(access === null ? {} : { ANTHROPIC_API_KEY: access.key, ANTHROPIC_BASE_URL: access.baseUrl }),
    },
    input: prompt,
  }),
  show: showMessage,
  read: result => readResult(result, INPUT),
}

const FLAGS = 'claude-settings.json'

/** Its `input_tokens` are those that no cache had. */
const INPUT = ['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens']

/** What it gives to smaller models goes to the one that is allowed. */
function everyModel(model: string): Record<string, string> {
  return {
    ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
    ANTHROPIC_SMALL_FAST_MODEL: model,
    CLAUDE_CODE_SUBAGENT_MODEL: model,
  }
}
