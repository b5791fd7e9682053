import type { CliName } from '../../../scripts/tools/pins.ts'
import type { ModelServer } from '../../../twin/models/server.ts'

/** What the repository keeps as the secret; no model service of these tests takes another one. */
export const REAL_KEY = 'sk-the-real-one-0123456789abcdef'

export const SECRETS: Record<CliName, string> = {
  codex: 'OPENAI_API_KEY',
  claude: 'ANTHROPIC_API_KEY',
  opencode: 'OPENCODE_API_KEY',
  gemini: 'GEMINI_API_KEY',
  qwen: 'QWEN_API_KEY',
}

export const MODELS: Record<CliName, string> = {
  codex: 'gpt-5.5',
  claude: 'claude-sonnet-5',
  opencode: 'glm-4.6',
  gemini: 'gemini-2.5-pro',
  qwen: 'qwen3-coder-plus',
}

export function baseUrlOf(server: ModelServer, cli: CliName): string {
  if (cli === 'claude') return server.anthropicUrl
  return cli === 'gemini' ? server.geminiUrl : server.openaiUrl
}

export const CLIS: CliName[] = ['codex', 'claude', 'opencode', 'gemini', 'qwen']
