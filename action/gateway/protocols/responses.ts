import type { Tokens } from '../../../core/accounts/price.ts'
import { countOf, type Json, objectOf, objectsOf } from '../json.ts'
import { openaiProblem } from './openai.ts'
import { NOTHING_SEEN, type Protocol, type Sight, textLength } from './protocol.ts'

/** OpenAI Responses. Input has cached tokens in it, output has reasoning in it; both come with the last event. */
export const responses: Protocol = {
  see,
  // codex tries again after 401, 403 and 404, not after 400.
  finalStatus: 400,
  problem: openaiProblem,
  mostOutput: body => countOf(body.max_output_tokens),
  tools: body => objectsOf(body.tools),
  answers(body) {
    const said = objectsOf(body.input).filter(
      ({ type, role }) => role === 'assistant' || type === 'function_call' || type === 'custom_tool_call',
    )
    // The service itself has kept what was said before.
    return said.length + (typeof body.previous_response_id === 'string' ? 1 : 0)
  },
}

function see(event: Json): Sight {
  if (typeof event.type !== 'string') return seeResponse(event)
  if (event.type.endsWith('.delta')) return { ...NOTHING_SEEN, said: textLength(event.delta) }
  if (event.type === 'error') return { ...NOTHING_SEEN, failed: JSON.stringify(event) }
  return /^response\.(?:completed|incomplete|failed|done)$/.test(event.type)
    ? seeResponse(objectOf(event.response) ?? {})
    : NOTHING_SEEN
}

function seeResponse(response: Json): Sight {
  const tokens = readUsage(objectOf(response.usage))
  const error = objectOf(response.error)
  const reason = objectOf(response.incomplete_details)?.reason
  const refusals = objectsOf(response.output)
    .flatMap(item => objectsOf(item.content))
    .filter(part => part.type === 'refusal')
  return {
    tokens,
    complete: tokens !== null,
    refused: refusals.length > 0 || reason === 'content_filter',
    failed: error === null ? null : JSON.stringify(error),
    said: tokens === null ? textLength(response.output) : 0,
  }
}

function readUsage(usage: Json | null): Tokens | null {
  const input = countOf(usage?.input_tokens)
  const output = countOf(usage?.output_tokens)
  if (input === null || output === null) return null
  const cached = countOf(objectOf(usage?.input_tokens_details)?.cached_tokens) ?? 0
  return { input, cached: Math.min(cached, input), written: 0, output }
}
