import { join } from 'node:path'
import type { CliName } from '../../../scripts/tools/pins.ts'
import type { ModelServer } from '../../../twin/models/server.ts'

/** Where the models are: the server itself, or what stands before it. */
export type Address = Pick<ModelServer, 'openaiUrl' | 'anthropicUrl' | 'geminiUrl'>

type Given = { server: Address; home: string; prompt: string; key: string; model: string }
type Launch = {
  args: string[]
  env: Record<string, string>
  files: Record<string, string>
  /** For its standard input. */
  input?: string
}

/** The last words of an agent, and its own count of tokens with the cached ones in `input`. */
type Said = { message: string; input: number; output: number }

type Program = { model: string; launch(given: Given): Launch; read(stdout: string): Said }

type Line = Record<string, unknown>

const NODE_MEMORY = '--max-old-space-size=1024'

/** The five real programs, each as it is meant to be run without a person. Independent of the product's adapters. */
export const PROGRAMS: Record<CliName, Program> = {
  codex: {
    model: 'gpt-5.5',
    launch: ({ server, home, prompt, key, model }) => ({
      args: [
        ...['exec', '--json', '--ephemeral', '--ignore-user-config', '-m', model],
        '--dangerously-bypass-approvals-and-sandbox',
        ...['-c', 'model_provider=x'],
        '-c',
        `model_providers.x={name="x",base_url="${server.openaiUrl}",env_key="MODEL_KEY",wire_api="responses",request_max_retries=3,stream_max_retries=2}`,
        ...['analytics.enabled=false', 'features.plugins=false', 'features.apps=false'].flatMap(c => [
          '-c',
          c,
        ]),
        ...['check_for_update_on_startup=false', 'web_search="disabled"'].flatMap(c => ['-c', c]),
        ...['-c', 'shell_environment_policy.inherit=core'],
        prompt,
      ],
      env: { CODEX_HOME: join(home, '.codex'), MODEL_KEY: key },
      files: { [join(home, '.codex/here')]: '' },
    }),
    read(stdout) {
      const lines = jsonLines(stdout)
      const words = lines.map(line => at(line, 'item')).filter(item => item?.type === 'agent_message')
      const usage = at(
        lines.findLast(line => line.type === 'turn.completed'),
        'usage',
      )
      return {
        message: String(words.at(-1)?.text ?? ''),
        input: Number(usage?.input_tokens ?? 0),
        output: Number(usage?.output_tokens ?? 0),
      }
    },
  },
  claude: {
    model: 'claude-sonnet-5',
    launch: ({ server, prompt, key, model }) => ({
      args: [
        ...['-p', prompt, '--output-format', 'stream-json', '--verbose', '--dangerously-skip-permissions'],
        ...['--no-session-persistence', '--max-turns', '50', '--model', model],
      ],
      env: {
        ANTHROPIC_API_KEY: key,
        ANTHROPIC_BASE_URL: server.anthropicUrl,
        IS_SANDBOX: '1',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        CLAUDE_CODE_MAX_RETRIES: '3',
      },
      files: {},
    }),
    read(stdout) {
      const result = jsonLines(stdout).findLast(line => line.type === 'result')
      const usage = at(result, 'usage')
      return {
        message: String(result?.result ?? ''),
        input: ['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens']
          .map(name => Number(usage?.[name] ?? 0))
          .reduce((a, b) => a + b),
        output: Number(usage?.output_tokens ?? 0),
      }
    },
  },
  opencode: {
    model: 'm',
    launch: ({ server, home, prompt, key, model }) => ({
      args: ['run', '--format', 'json', '--auto', '-m', `x/${model}`],
      // As an argument it would arrive in quotes, with all quotes within it escaped.
      input: prompt,
      env: {
        OPENCODE_CONFIG: join(home, 'opencode.json'),
        OPENCODE_DISABLE_MODELS_FETCH: '1',
        OPENCODE_DISABLE_AUTOUPDATE: '1',
        OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
        OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
        MODEL_KEY: key,
      },
      files: {
        [join(home, 'opencode.json')]: JSON.stringify({
          autoupdate: false,
          share: 'disabled',
          snapshot: false,
          model: `x/${model}`,
          small_model: `x/${model}`,
          provider: {
            x: {
              npm: '@ai-sdk/openai-compatible',
              options: { baseURL: server.openaiUrl, apiKey: '{env:MODEL_KEY}' },
              models: { [model]: { limit: { context: 200_000, output: 8_192 } } },
            },
          },
        }),
        // What its plugins are written with is there, as far as it looks: otherwise it installs that, 60 MB, at each start.
        [join(home, '.config/opencode/node_modules/.keep')]: '',
        [join(home, '.config/opencode/package-lock.json')]: JSON.stringify({
          packages: { '': { dependencies: { '@opencode-ai/plugin': '*' } } },
        }),
      },
    }),
    read(stdout) {
      const parts = jsonLines(stdout).map(line => ({ type: line.type, part: at(line, 'part') }))
      const tokens = parts.filter(({ type }) => type === 'step_finish').map(({ part }) => at(part, 'tokens'))
      return {
        message: String(parts.findLast(({ type }) => type === 'text')?.part?.text ?? ''),
        input: sum(tokens, one => Number(one?.input ?? 0) + Number(at(one, 'cache')?.read ?? 0)),
        output: sum(tokens, one => Number(one?.output ?? 0) + Number(one?.reasoning ?? 0)),
      }
    },
  },
  gemini: {
    model: 'gemini-2.5-flash',
    launch: ({ server, home, prompt, key, model }) => ({
      args: ['--yolo', '--skip-trust', '-m', model, '-o', 'json', '-p', prompt],
      env: {
        GEMINI_API_KEY: key,
        GOOGLE_GEMINI_BASE_URL: server.geminiUrl,
        GEMINI_CLI_NO_RELAUNCH: 'true',
        GEMINI_CLI_HOME: home,
        NODE_OPTIONS: NODE_MEMORY,
      },
      files: {
        [join(home, '.gemini/settings.json')]: JSON.stringify({
          security: { auth: { selectedType: 'gemini-api-key' } },
          privacy: { usageStatisticsEnabled: false },
          general: { enableAutoUpdate: false, maxAttempts: 3 },
          model: { maxSessionTurns: 50 },
        }),
      },
    }),
    read(stdout) {
      const whole = jsonOf(stdout)
      const models = Object.values(at(at(whole, 'stats'), 'models') ?? {}) as Line[]
      const tokens = models.map(model => at(model, 'tokens'))
      return {
        message: String(whole.response ?? ''),
        input: sum(tokens, one => Number(one?.prompt ?? 0)),
        output: sum(tokens, one => Number(one?.candidates ?? 0) + Number(one?.thoughts ?? 0)),
      }
    },
  },
  qwen: {
    model: 'm',
    launch: ({ server, home, prompt, key, model }) => ({
      args: ['--yolo', '--auth-type', 'openai', '--max-session-turns', '50', '-o', 'json', prompt],
      env: {
        OPENAI_API_KEY: key,
        OPENAI_BASE_URL: server.openaiUrl,
        OPENAI_MODEL: model,
        QWEN_CODE_NO_RELAUNCH: 'true',
        QWEN_HOME: join(home, '.qwen'),
        NODE_OPTIONS: NODE_MEMORY,
      },
      files: {
        [join(home, '.qwen/settings.json')]: JSON.stringify({
          privacy: { usageStatisticsEnabled: false },
          general: { enableAutoUpdate: false },
          memory: { enableManagedAutoMemory: false },
        }),
      },
    }),
    read(stdout) {
      const parsed: unknown = JSON.parse(stdout.slice(stdout.indexOf('[')))
      const result = Array.isArray(parsed) ? (parsed.at(-1) as Line) : {}
      const usage = at(result, 'usage')
      return {
        message: String(result.result ?? ''),
        input: Number(usage?.input_tokens ?? 0),
        output: Number(usage?.output_tokens ?? 0),
      }
    },
  },
}

function jsonLines(text: string): Line[] {
  return text
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line) as Line)
}

function jsonOf(text: string): Line {
  return JSON.parse(text.slice(text.indexOf('{'))) as Line
}

function at(line: Line | null | undefined, name: string): Line | undefined {
  return line?.[name] as Line | undefined
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0)
}
