import type { Call } from '../ask.ts'
import type { Json } from '../json.ts'
import { eventFrame, type Frame } from '../protocol.ts'
import { piecesOf, type Reply } from '../reply.ts'
import { countTokens } from '../tokens.ts'

export function wholeResponse(reply: Reply): Json {
  const output = [
    ...(reply.text === '' ? [] : [messageItem(reply)]),
    ...(reply.call ? [callItem(reply.call)] : []),
  ]
  return responseOf(reply, output, reply.stop === 'length' ? 'incomplete' : 'completed')
}

/** The stream of events, each with its number in the order. */
export function responseFrames(reply: Reply): Frame[] {
  const frames: Frame[] = []
  const put = (type: string, data: Json, tokens = 0) =>
    frames.push(eventFrame(type, { type, sequence_number: frames.length, ...data }, tokens))
  put('response.created', { response: responseOf(reply, [], 'in_progress') })
  put('response.in_progress', { response: responseOf(reply, [], 'in_progress') })
  if (reply.text !== '') putMessage(put, reply)
  if (reply.call) putCall(put, reply, reply.call)
  const done = wholeResponse(reply)
  put(done.status === 'completed' ? 'response.completed' : 'response.incomplete', { response: done })
  return frames
}

type Put = (type: string, data: Json, tokens?: number) => void

function putMessage(put: Put, reply: Reply): void {
  const item = messageItem(reply)
  const place = { item_id: item.id, output_index: 0, content_index: 0 }
  put('response.output_item.added', {
    output_index: 0,
    item: { ...item, status: 'in_progress', content: [] },
  })
  put('response.content_part.added', { ...place, part: part('') })
  for (const delta of piecesOf(reply.text, reply.piece)) {
    put('response.output_text.delta', { ...place, delta, logprobs: [] }, countTokens(delta))
  }
  put('response.output_text.done', { ...place, text: reply.text, logprobs: [] })
  put('response.content_part.done', { ...place, part: part(reply.text) })
  put('response.output_item.done', { output_index: 0, item })
}

function putCall(put: Put, reply: Reply, call: Call): void {
  const output_index = reply.text === '' ? 0 : 1
  const item = callItem(call)
  const [kind, field] = call.freeform
    ? ['custom_tool_call_input', 'input']
    : ['function_call_arguments', 'arguments']
  const place = { item_id: item.id, output_index }
  put('response.output_item.added', { output_index, item: { ...item, status: 'in_progress', [field]: '' } })
  for (const delta of piecesOf(call.args, reply.piece)) {
    put(`response.${kind}.delta`, { ...place, delta }, countTokens(delta))
  }
  put(`response.${kind}.done`, { ...place, [field]: call.args })
  put('response.output_item.done', { output_index, item })
}

function messageItem(reply: Reply): Json {
  const status = reply.stop === 'length' ? 'incomplete' : 'completed'
  const content = reply.stop === 'refusal' ? [{ type: 'refusal', refusal: reply.text }] : [part(reply.text)]
  return { id: `msg_${reply.id}`, type: 'message', status, role: 'assistant', content }
}

function part(text: string): Json {
  return { type: 'output_text', text, annotations: [], logprobs: [] }
}

function callItem(call: Call): Json {
  const same = { status: 'completed', call_id: call.id, name: call.name }
  return call.freeform
    ? { id: `ctc_${call.id}`, type: 'custom_tool_call', ...same, input: call.args }
    : { id: `fc_${call.id}`, type: 'function_call', ...same, arguments: call.args }
}

function responseOf(reply: Reply, output: Json[], status: string): Json {
  const { input, cached, output: written, reasoning } = reply.tokens
  return {
    id: `resp_${reply.id}`,
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    status,
    error: null,
    incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
    model: reply.model,
    output,
    parallel_tool_calls: true,
    store: false,
    tools: [],
    usage:
      status === 'in_progress'
        ? null
        : {
            input_tokens: input,
            input_tokens_details: { cached_tokens: cached },
            output_tokens: written,
            output_tokens_details: { reasoning_tokens: reasoning },
            total_tokens: input + written,
          },
  }
}
