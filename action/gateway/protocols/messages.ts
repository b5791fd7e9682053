import type { Tokens } from '../../../core/accounts/price.ts'
import { countOf, type Json, objectOf, objectsOf } from '../json.ts'
import { NOTHING_SEEN, type Protocol, type Sight, textLength } from './protocol.ts'

/** Anthropic Messages. Here `input_tokens` is only what no cache was involved in: the parts are added up. */
export const messages: Protocol = {
  see,
  // claude takes every 403 for a wrong key, and says so.
  finalStatus: 400,
  problem: (status, { code, message }) => ({
    type: 'error',
    error: { type: TYPES[status] ?? 'api_error', message },
    // The programs show the message; the code is for whoever looks at the wire.
    code,
  }),
  mostOutput: body => countOf(body.max_tokens),
  tools: body => objectsOf(body.tools),
  answers: body => objectsOf(body.messages).filter(({ role }) => role === 'assistant').length,
}

const TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  413: 'request_too_large',
}

function see(event: Json, before: Tokens | null): Sight {
  switch (event.type) {
    case 'message':
      return seeMessage(event, before, true)
    case 'message_start':
      return seeMessage(objectOf(event.message) ?? {}, before, false)
    case 'message_delta':
      return seeMessage({ ...objectOf(event.delta), usage: event.usage }, before, true)
    case 'content_block_delta':
      return { ...NOTHING_SEEN, said: textLength(event.delta) }
    case 'error':
      return { ...NOTHING_SEEN, failed: JSON.stringify(event.error ?? null) }
    default:
      return NOTHING_SEEN
  }
}

function seeMessage(message: Json, before: Tokens | null, last: boolean): Sight {
  const tokens = readUsage(objectOf(message.usage), before)
  return {
    tokens,
    complete: last && tokens !== null && typeof message.stop_reason === 'string',
    refused: message.stop_reason === 'refusal',
    failed: null,
    said: tokens === null ? textLength(message.content) : 0,
  }
}

/** The start tells the input, the end tells the output, and sometimes the input again: totals, so the later word counts. */
function readUsage(usage: Json | null, before: Tokens | null): Tokens | null {
  const output = countOf(usage?.output_tokens)
  if (usage === null || output === null) return null
  const told = countOf(usage.input_tokens)
  if (told === null) return before === null ? null : { ...before, output: Math.max(output, before.output) }
  const cached = countOf(usage.cache_read_input_tokens) ?? before?.cached ?? 0
  const written = countOf(usage.cache_creation_input_tokens) ?? before?.written ?? 0
  return { input: told + cached + written, cached, written, output }
}
