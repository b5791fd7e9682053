/** The agent programs that tests run for real, at the versions they were tried with. */
export type Pin = { cli: CliName; package: string; version: string; bin: string }

export type CliName = 'codex' | 'claude' | 'opencode' | 'gemini' | 'qwen'

export const PINS: readonly Pin[] = [
  { cli: 'codex', package: '@openai/codex', version: '0.169.0', bin: 'codex' },
  { cli: 'claude', package: '@anthropic-ai/claude-code', version: '2.1.197', bin: 'claude' },
  { cli: 'opencode', package: 'opencode-ai', version: '1.18.33', bin: 'opencode' },
  { cli: 'gemini', package: '@google/gemini-cli', version: '0.61.0', bin: 'gemini' },
  { cli: 'qwen', package: '@qwen-code/qwen-code', version: '0.24.4', bin: 'qwen' },
]
