import type { Tokens } from '../../../core/accounts/price.ts'
import { countOf, type Json, objectOf, objectsOf } from '../json.ts'
import { NOTHING_SEEN, type Protocol, type Sight, textLength } from './protocol.ts'

/** Gemini. The prompt has cached tokens in it; thoughts and the prompts of tools stand beside. Every chunk has totals so far. */
export const gemini: Protocol = {
  see,
  finalStatus: 403,
  problem: (status, { code, message }) => ({
    error: {
      code: status,
      message,
      status: STATUS[status] ?? 'UNKNOWN',
      details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: code.toUpperCase() }],
    },
  }),
  mostOutput(body) {
    const config = objectOf(body.generationConfig)
    const most = countOf(config?.maxOutputTokens)
    return most === null ? null : most * Math.max(1, countOf(config?.candidateCount) ?? 1)
  },
  tools: body => objectsOf(body.tools),
  answers: body => objectsOf(body.contents).filter(({ role }) => role === 'model').length,
}

const STATUS: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  413: 'INVALID_ARGUMENT',
  500: 'INTERNAL',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
}

const REFUSALS = new Set(['SAFETY', 'PROHIBITED_CONTENT', 'BLOCKLIST', 'SPII', 'RECITATION'])

function see(chunk: Json): Sight {
  if (chunk.error !== undefined && chunk.error !== null)
    return { ...NOTHING_SEEN, failed: JSON.stringify(chunk.error) }
  const candidates = objectsOf(chunk.candidates)
  const reasons = candidates.map(one => one.finishReason).filter(reason => typeof reason === 'string')
  const blocked = objectOf(chunk.promptFeedback)?.blockReason !== undefined
  const tokens = readUsage(objectOf(chunk.usageMetadata))
  return {
    tokens,
    complete: tokens !== null && (reasons.length > 0 || blocked),
    refused: blocked || reasons.some(reason => REFUSALS.has(reason)),
    failed: null,
    said: candidates.reduce((sum, one) => sum + textLength(objectOf(one.content)?.parts), 0),
  }
}

function readUsage(usage: Json | null): Tokens | null {
  const prompt = countOf(usage?.promptTokenCount)
  if (prompt === null) return null
  const input = prompt + (countOf(usage?.toolUsePromptTokenCount) ?? 0)
  const parts = (countOf(usage?.candidatesTokenCount) ?? 0) + (countOf(usage?.thoughtsTokenCount) ?? 0)
  const output = Math.max(parts, (countOf(usage?.totalTokenCount) ?? 0) - input)
  const cached = Math.min(countOf(usage?.cachedContentTokenCount) ?? 0, input)
  return { input, cached, written: 0, output }
}
