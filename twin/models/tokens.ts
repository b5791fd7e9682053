import type { Ask } from './ask.ts'
import type { Tokens } from './reply.ts'

/** The rule of this server, so that anyone can recount: a token is four bytes, a begun one counts. */
export function countTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4)
}

/** Everything that a model reads for one answer, in one text. */
export function promptText(ask: Ask): string {
  const tools = ask.tools.map(tool => [tool.name, tool.description, tool.schema])
  const entries = ask.entries.map(entry => {
    if (entry.role === 'user') return [entry.role, entry.text]
    if (entry.role === 'tool') return [entry.role, ...entry.results]
    return [entry.role, entry.text, ...entry.calls.flatMap(call => [call.name, call.args])]
  })
  return [ask.system, ...[...tools, ...entries].map(part => JSON.stringify(part))].join('\n')
}

/** Caches keep whole blocks of so many tokens. */
const BLOCK = 128

/** Tokens of the prompt; cached is what it has in common with the one before, in whole blocks. */
export function inputTokens(prompt: string, before: string | null, writesCache: boolean): Tokens {
  const input = countTokens(prompt)
  const cached = before === null ? 0 : wholeBlocks(commonBytes(prompt, before) / 4)
  const cacheWritten = writesCache ? Math.max(0, wholeBlocks(input) - cached) : 0
  return { input, cached, cacheWritten, output: 0, reasoning: 0 }
}

function wholeBlocks(tokens: number): number {
  return Math.floor(tokens / BLOCK) * BLOCK
}

function commonBytes(a: string, b: string): number {
  let same = 0
  while (same < a.length && same < b.length && a.charCodeAt(same) === b.charCodeAt(same)) same += 1
  return Buffer.byteLength(a.slice(0, same))
}
