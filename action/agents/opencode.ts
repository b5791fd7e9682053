import { join } from 'node:path'
import type { ProcessResult } from '../process.ts'
import { type Adapter, type AgentCall, type AgentFailure, type AgentWord, extend } from './agent.ts'
import {
  endedWell,
  failureOf,
  type Line,
  lastWords,
  lineAt,
  numberAt,
  readLines,
  sum,
  textAt,
} from './said.ts'
import { showTool } from './shown.ts'

/** OpenCode, with any service in the manner of OpenAI; GLM when nothing else is said. */
export const opencode: Adapter = {
  cli: 'opencode',
  package: {
    name: 'opencode-ai',
    version: '1.18.33',
    program: 'opencode',
    natives: ({ name, avx2 }) =>
      (avx2
        ? ['', '-musl', '-baseline', '-baseline-musl']
        : ['-baseline', '-baseline-musl', '', '-musl']
      ).map(build => `opencode-${name}${build}/bin/opencode`),
  },
  // Without a model it would send the code to a free one that it hosts itself.
  service: () => ({ family: 'compatible', base: 'https://api.z.ai/api/coding/paas/v4', model: 'glm-4.6' }),
  settings: call => ({ [CONFIG]: JSON.stringify(writeConfig(call)), ...NOTHING_TO_INSTALL }),
  launch: ({ spec, program, access, model, home, prompt }) => ({
    command: extend(program, ['run', '--format', 'json', '--auto', '-m', nameOf(model), ...spec.args]),
    env: {
      OPENCODE_CONFIG: join(home, CONFIG),
      XDG_CONFIG_HOME: join(home, '.config'),
      XDG_DATA_HOME: join(home, '.local/share'),
      XDG_CACHE_HOME: join(home, '.cache'),
      XDG_STATE_HOME: join(home, '.local/state'),
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
      ...(access === null ? {} : { [KEY]: access.key }),
    },
    // As an argument it would arrive in quotes, with all quotes within it escaped.
    input: prompt,
  }),
  read,
  show,
}

const CONFIG = 'opencode.json'
const KEY = 'CHORUS_MODEL_KEY'

/**
 * What plugins are written with, it installs into each of its folders of settings, by npm, at each first start there: 60 MB
 * and seconds of a processor, for plugins that its home does not have. It looks whether these name it.
 */
const NOTHING_TO_INSTALL = {
  '.config/opencode/node_modules/.keep': '',
  '.config/opencode/package-lock.json': JSON.stringify({
    packages: { '': { dependencies: { '@opencode-ai/plugin': '*' } } },
  }),
}
const PROVIDER = 'chorus'

function nameOf(model: string | null): string {
  return `${PROVIDER}/${model ?? 'none'}`
}

function writeConfig({ spec, access, model }: AgentCall): unknown {
  const models = [model, spec.fallback_model].filter(name => name !== null)
  const limit = { context: 200_000, output: 16_384 }
  return {
    autoupdate: false,
    share: 'disabled',
    // By git, at each step, to undo it by hand.
    snapshot: false,
    model: nameOf(model),
    small_model: nameOf(model),
    provider: {
      [PROVIDER]: {
        npm: '@ai-sdk/openai-compatible',
        options: { baseURL: access?.baseUrl ?? '', apiKey: `{env:${KEY}}` },
        models: Object.fromEntries(models.map(name => [name, { limit }])),
      },
    },
  }
}

function show(event: Line): readonly string[] {
  if (event.type === 'text') return [textAt(event, 'part', 'text')]
  if (event.type === 'error') return [textAt(event, 'error', 'data', 'message')]
  if (event.type !== 'tool_use') return []
  return [showTool(textAt(event, 'part', 'tool'), lineAt(event, 'part', 'state', 'input'))]
}

function read(run: ProcessResult): AgentWord {
  const lines = readLines(run.stdout)
  const steps = lines.filter(line => line.type === 'step_finish').map(line => lineAt(line, 'part'))
  const tokens = (...path: string[]) => steps.map(step => numberAt(step, 'tokens', ...path))
  const cached = sum(tokens('cache', 'read'))
  return {
    message: textAt(
      lines.findLast(line => line.type === 'text'),
      'part',
      'text',
    ).trim(),
    failure: failed(lines, run),
    usage: {
      // Its `input` is without what a cache had.
      tokensIn: sum([sum(tokens('input')), cached, sum(tokens('cache', 'write'))]),
      tokensOut: sum([sum(tokens('output')), sum(tokens('reasoning'))]),
      tokensCached: cached,
      // Its prices are those of our settings, which have none.
      costUsd: null,
    },
    session:
      textAt(
        lines.find(line => textAt(line, 'sessionID') !== ''),
        'sessionID',
      ) || null,
  }
}

function failed(lines: readonly Line[], run: ProcessResult): AgentFailure | null {
  const error = lineAt(
    lines.findLast(line => line.type === 'error'),
    'error',
  )
  if (error !== null && !endedWell(run)) {
    const why = textAt(error, 'data', 'message') || textAt(error, 'name')
    return failureOf(why, numberAt(error, 'data', 'statusCode') ?? undefined)
  }
  if (!endedWell(run)) return failureOf(lastWords(run))
  return lines.some(line => line.type === 'step_finish') ? null : { kind: 'bad-output', why: '' }
}
