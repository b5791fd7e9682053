import type { Adapter } from './agent.ts'
import { claude } from './claude.ts'
import { codex } from './codex.ts'
import { custom } from './custom.ts'
import { gemini } from './gemini.ts'
import { opencode } from './opencode.ts'
import { qwen } from './qwen.ts'
import { scripted } from './scripted.ts'

/** Every program that this version can run: adding one is a file and a row. */
export const ADAPTERS: readonly Adapter[] = [codex, claude, opencode, gemini, qwen, custom, scripted]

export function findAdapter(cli: string): Adapter | null {
  return ADAPTERS.find(adapter => adapter.cli === cli) ?? null
}
