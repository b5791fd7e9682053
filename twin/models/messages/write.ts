import type { Json } from '../json.ts'
import { eventFrame, type Frame } from '../protocol.ts'
import { piecesOf, type Reply, type Stop } from '../reply.ts'
import { countTokens } from '../tokens.ts'

const REASON: Record<Stop, string> = {
  done: 'end_turn',
  call: 'tool_use',
  length: 'max_tokens',
  refusal: 'refusal',
}

export function wholeMessage(reply: Reply): Json {
  const content: Json[] = reply.text === '' ? [] : [{ type: 'text', text: reply.text }]
  if (reply.call) {
    const { id, name, args } = reply.call
    content.push({ type: 'tool_use', id, name, input: inputOf(args) })
  }
  return {
    ...head(reply),
    content,
    stop_reason: REASON[reply.stop],
    usage: usageOf(reply, reply.tokens.output),
  }
}

/** The stream: input is told at its start, output at its end, both as totals. */
export function messageFrames(reply: Reply): Frame[] {
  const frames: Frame[] = []
  const put = (type: string, data: Json, tokens = 0) =>
    frames.push(eventFrame(type, { type, ...data }, tokens))
  const begun = Math.min(1, reply.tokens.output)
  put('message_start', {
    message: { ...head(reply), content: [], stop_reason: null, usage: usageOf(reply, begun) },
  })
  let index = 0
  const block = (content_block: Json, deltas: Json[]) => {
    put('content_block_start', { index, content_block })
    if (index === 0) put('ping', {})
    for (const delta of deltas) {
      put('content_block_delta', { index, delta }, countTokens(String(delta.text ?? delta.partial_json)))
    }
    put('content_block_stop', { index })
    index += 1
  }
  if (reply.text !== '') {
    const pieces = piecesOf(reply.text, reply.piece)
    block(
      { type: 'text', text: '' },
      pieces.map(text => ({ type: 'text_delta', text })),
    )
  }
  if (reply.call) {
    const { id, name, args } = reply.call
    const pieces = piecesOf(args, reply.piece)
    block(
      { type: 'tool_use', id, name, input: {} },
      pieces.map(partial_json => ({ type: 'input_json_delta', partial_json })),
    )
  }
  const { output } = reply.tokens
  put('message_delta', {
    delta: { stop_reason: REASON[reply.stop], stop_sequence: null },
    usage: { output_tokens: output },
  })
  put('message_stop', {})
  return frames
}

function head(reply: Reply): Json {
  return {
    id: `msg_${reply.id}`,
    type: 'message',
    role: 'assistant',
    model: reply.model,
    stop_sequence: null,
  }
}

/** Here the parts of the input are told apart: what is cached is not in `input_tokens`. */
function usageOf(reply: Reply, output_tokens: number): Json {
  const { input, cached, cacheWritten } = reply.tokens
  return {
    input_tokens: input - cached - cacheWritten,
    cache_creation_input_tokens: cacheWritten,
    cache_read_input_tokens: cached,
    output_tokens,
    service_tier: 'standard',
  }
}

/** In one piece the input is an object: arguments that are broken as text become arguments that fit nothing. */
export function inputOf(args: string): Json {
  try {
    return JSON.parse(args) as Json
  } catch {
    return { brok: args }
  }
}
