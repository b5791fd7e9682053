import { join } from 'node:path'
import type { ProcessResult } from '../process.ts'
import { type Adapter, type AgentCall, type AgentFailure, extend, UNKNOWN_USAGE } from './agent.ts'
import { endedWell, failureOf, type Line, lastWords, lineAt, numberAt, readLines, textAt } from './said.ts'
import { showTool } from './shown.ts'

/** OpenAI's Codex. Its settings all go on the command line: a configuration of the user would be read beside ours. */
export const codex: Adapter = {
  cli: 'codex',
  package: { name: '@openai/codex', version: '0.169.0', program: 'codex' },
  service: () => ({ family: 'openai', model: null }),
  // It wants its folder to exist.
  settings: () => ({ '.codex/.keep': '' }),
  launch: call => ({
    command: extend(call.program, [
      ...['exec', '--json', '--ephemeral', '--ignore-user-config', '--skip-git-repo-check'],
      // Where it runs is what holds it: its own sandbox would keep checks from the ports that they need.
      '--dangerously-bypass-approvals-and-sandbox',
      ...(call.model === null ? [] : ['-m', call.model]),
      ...writeSettings(call).flatMap(setting => ['-c', setting]),
      ...call.spec.args,
      '-',
    ]),
    env: {
      CODEX_HOME: join(call.home, '.codex'),
      ...(call.access === null ? {} : { [KEY]: call.access.key }),
    },
    input: call.prompt,
  }),
  read,
  show,
}

const KEY = 'CHORUS_MODEL_KEY'

function writeSettings({ access }: AgentCall): string[] {
  const service =
    access === null
      ? []
      : [
          'model_provider=chorus',
          `model_providers.chorus={name="chorus",base_url=${JSON.stringify(access.baseUrl)},env_key="${KEY}",wire_api="responses",request_max_retries=3,stream_max_retries=2}`,
        ]
  return [
    ...service,
    'analytics.enabled=false',
    'features.plugins=false',
    'features.apps=false',
    'check_for_update_on_startup=false',
    'web_search="disabled"',
    // Commands get all that the agent has, but for its key: their environment is an allow-list already.
    'shell_environment_policy.inherit=all',
    'shell_environment_policy.ignore_default_excludes=true',
    `shell_environment_policy.exclude=["${KEY}"]`,
  ]
}

function show(event: Line): readonly string[] {
  const item = lineAt(event, 'item')
  if (event.type === 'error') return [textAt(event, 'message')]
  if (event.type === 'item.started' && item?.type === 'command_execution') return [showTool('run', item)]
  if (event.type !== 'item.completed' || item === null) return []
  if (item.type === 'agent_message') return [textAt(item, 'text')]
  const changes = item.type === 'file_change' && Array.isArray(item.changes) ? item.changes : []
  return changes.map(change => showTool(textAt(change, 'kind') || 'edit', change))
}

function read(result: ProcessResult): ReturnType<Adapter['read']> {
  const lines = readLines(result.stdout)
  const said = lines.map(line => lineAt(line, 'item')).filter(item => item?.type === 'agent_message')
  const usage = lineAt(
    lines.findLast(line => line.type === 'turn.completed'),
    'usage',
  )
  return {
    message: textAt(said.at(-1), 'text'),
    failure: failed(lines, result),
    usage: {
      ...UNKNOWN_USAGE,
      tokensIn: numberAt(usage, 'input_tokens'),
      tokensOut: numberAt(usage, 'output_tokens'),
      tokensCached: numberAt(usage, 'cached_input_tokens'),
    },
    session:
      textAt(
        lines.find(line => line.type === 'thread.started'),
        'thread_id',
      ) || null,
  }
}

function failed(lines: readonly Line[], result: ProcessResult): AgentFailure | null {
  const end = lines.findLast(line => line.type === 'turn.completed' || line.type === 'turn.failed')
  if (end?.type === 'turn.completed' && endedWell(result)) return null
  if (end?.type === 'turn.failed') return failureOf(textAt(end, 'error', 'message'))
  // An `error` in between may be one that it got over.
  const error = lines.findLast(line => line.type === 'error')
  if (error !== undefined) return failureOf(textAt(error, 'message'))
  return endedWell(result) ? { kind: 'bad-output', why: '' } : failureOf(lastWords(result))
}
