import { join } from 'node:path'
import { type Adapter, extend, MOST_TURNS, NODE_MEMORY } from './agent.ts'
import { readResult } from './result.ts'
import { showMessage } from './shown.ts'

/** Qwen Code. */
export const qwen: Adapter = {
  cli: 'qwen',
  package: { name: '@qwen-code/qwen-code', version: '0.24.4', program: 'qwen' },
  service: () => ({
    family: 'compatible',
    base: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    model: 'qwen3-coder-plus',
  }),
  settings: () => ({
    '.qwen/settings.json': JSON.stringify({
      privacy: { usageStatisticsEnabled: false },
      general: { enableAutoUpdate: false },
      memory: { enableManagedAutoMemory: false },
      model: { generationConfig: { maxRetries: 2 } },
    }),
  }),
  launch: ({ spec, program, access, model, home, prompt }) => ({
    command: extend(program, [
      ...['--yolo', '--auth-type', 'openai', '--max-session-turns', String(MOST_TURNS)],
      ...['--output-format', 'stream-json'],
      ...spec.args,
    ]),
    env: {
      QWEN_HOME: join(home, '.qwen'),
      QWEN_CODE_NO_RELAUNCH: 'true',
      NODE_OPTIONS: NODE_MEMORY,
      ...(model === null ? {} : { OPENAI_MODEL: model }),
      ...(access === null ? {} : { OPENAI_API_KEY: access.key, OPENAI_BASE_URL: access.baseUrl }),
    },
    input: prompt,
  }),
  show: showMessage,
  // Unlike claude's, its `input_tokens` have the cached ones in them.
  read: result => readResult(result, ['input_tokens']),
}
