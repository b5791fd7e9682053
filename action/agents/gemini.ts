import type { ProcessResult } from '../process.ts'
import {
  type Adapter,
  type AgentFailure,
  type AgentWord,
  extend,
  MOST_TURNS,
  NODE_MEMORY,
  UNKNOWN_USAGE,
} from './agent.ts'
import {
  endedWell,
  failureOf,
  findObject,
  type Line,
  lastWords,
  lineAt,
  numberAt,
  readLines,
  textAt,
} from './said.ts'
import { showTool } from './shown.ts'

/** Google's Gemini CLI. */
export const gemini: Adapter = {
  cli: 'gemini',
  package: { name: '@google/gemini-cli', version: '0.61.0', program: 'gemini' },
  // Named, because it asks a model which model to ask when it may choose.
  service: () => ({ family: 'gemini', model: 'gemini-2.5-pro' }),
  settings: () => ({
    '.gemini/settings.json': JSON.stringify({
      // With a base URL it wants to be told what kind of key it has.
      security: { auth: { selectedType: 'gemini-api-key' } },
      privacy: { usageStatisticsEnabled: false },
      general: { enableAutoUpdate: false, maxAttempts: 3 },
      model: { maxSessionTurns: MOST_TURNS },
      // The other programs read it by themselves.
      context: { fileName: ['AGENTS.md', 'GEMINI.md'] },
    }),
  }),
  launch: ({ spec, program, access, model, home, prompt }) => ({
    command: extend(program, [
      ...['--yolo', '--skip-trust', '--output-format', 'stream-json'],
      ...(model === null ? [] : ['-m', model]),
      ...spec.args,
    ]),
    env: {
      GEMINI_CLI_HOME: home,
      GEMINI_CLI_NO_RELAUNCH: 'true',
      NODE_OPTIONS: NODE_MEMORY,
      ...(access === null ? {} : { GEMINI_API_KEY: access.key, GOOGLE_GEMINI_BASE_URL: access.baseUrl }),
    },
    input: prompt,
  }),
  read,
  show,
}

function show(event: Line): readonly string[] {
  if (event.type === 'tool_use') return [showTool(textAt(event, 'tool_name'), event.parameters)]
  return event.type === 'message' && event.role === 'assistant' ? [textAt(event, 'content')] : []
}

function read(run: ProcessResult): AgentWord {
  const lines = readLines(run.stdout)
  const result = lines.findLast(line => line.type === 'result') ?? null
  // All nought when it failed, whatever it used.
  const stats = (numberAt(result, 'stats', 'total_tokens') ?? 0) > 0 ? lineAt(result, 'stats') : null
  return {
    message: lastMessage(lines),
    failure: failed(result, run),
    usage: {
      ...UNKNOWN_USAGE,
      tokensIn: numberAt(stats, 'input_tokens'),
      tokensOut: numberAt(stats, 'output_tokens'),
      tokensCached: numberAt(stats, 'cached'),
    },
    session:
      textAt(
        lines.find(line => line.type === 'init'),
        'session_id',
      ) || null,
  }
}

/** It comes in pieces: what was said since the last use of a tool. */
function lastMessage(lines: readonly Line[]): string {
  const since = lines.findLastIndex(line => line.type === 'tool_use' || line.type === 'tool_result')
  return lines
    .slice(since + 1)
    .filter(line => line.type === 'message' && line.role === 'assistant')
    .map(line => textAt(line, 'content'))
    .join('')
    .trim()
}

function failed(result: Line | null, run: ProcessResult): AgentFailure | null {
  if (endedWell(run) && result?.status === 'success') return null
  if (run.end.is === 'exited' && run.end.code === 53) return { kind: 'turns', why: '' }
  // The error may be on the side only.
  const error = lineAt(result, 'error') ?? lineAt(findObject(run.stderr.toString('utf8')), 'error')
  const why = textAt(error, 'message') || lastWords(run)
  if (endedWell(run) && error === null) return { kind: 'bad-output', why: '' }
  return failureOf(why, statusOf(run) ?? undefined)
}

/** Its exit code is the status, as far as that fits into a byte. */
function statusOf(run: ProcessResult): number | null {
  const code = run.end.is === 'exited' ? run.end.code : 0
  return [400, 401, 403, 404, 429, 500, 502, 503, 529].find(status => status % 256 === code) ?? null
}
