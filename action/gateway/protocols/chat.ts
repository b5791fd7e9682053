import type { Tokens } from '../../../core/accounts/price.ts'
import { countOf, type Json, objectOf, objectsOf } from '../json.ts'
import { openaiProblem } from './openai.ts'
import { NOTHING_SEEN, type Protocol, type Sight, textLength } from './protocol.ts'

/** OpenAI Chat Completions, and the many that speak it. Input has cached tokens in it, output has reasoning in it. */
export const chat: Protocol = {
  see,
  finalStatus: 403,
  problem: openaiProblem,
  mostOutput(body) {
    const most = countOf(body.max_completion_tokens) ?? countOf(body.max_tokens)
    return most === null ? null : most * Math.max(1, countOf(body.n) ?? 1)
  },
  tools: body => objectsOf(body.tools),
  answers: body => objectsOf(body.messages).filter(({ role }) => role === 'assistant').length,
}

function see(chunk: Json): Sight {
  if (chunk.error !== undefined && chunk.error !== null)
    return { ...NOTHING_SEEN, failed: JSON.stringify(chunk.error) }
  const choices = objectsOf(chunk.choices)
  const finished = choices.map(choice => choice.finish_reason).filter(reason => typeof reason === 'string')
  const tokens = readUsage(objectOf(chunk.usage))
  return {
    tokens,
    // Some services tell totals so far with every chunk.
    complete: tokens !== null && (choices.length === 0 || finished.length > 0),
    refused: finished.includes('content_filter') || choices.some(refuses),
    failed: null,
    said: choices.reduce((sum, choice) => sum + textLength(choice.delta ?? choice.message), 0),
  }
}

function refuses(choice: Json): boolean {
  const said = objectOf(choice.delta) ?? objectOf(choice.message)
  return typeof said?.refusal === 'string' && said.refusal !== ''
}

function readUsage(usage: Json | null): Tokens | null {
  const input = countOf(usage?.prompt_tokens)
  const completion = countOf(usage?.completion_tokens)
  if (input === null || completion === null) return null
  // Where reasoning is told beside the completion and not in it, only the total has it.
  const output = Math.max(completion, (countOf(usage?.total_tokens) ?? 0) - input)
  const details = objectOf(usage?.prompt_tokens_details)
  const cached =
    countOf(details?.cached_tokens) ??
    countOf(usage?.prompt_cache_hit_tokens) ??
    countOf(usage?.cached_tokens) ??
    0
  return { input, cached: Math.min(cached, input), written: 0, output }
}

/** The chunk that a service adds because it was asked for totals: no choices, only usage. */
export function isUsageChunk(chunk: Json): boolean {
  return Array.isArray(chunk.choices) && chunk.choices.length === 0 && objectOf(chunk.usage) !== null
}
