import type { Ask } from '../ask.ts'
import type { Json } from '../json.ts'
import { dataFrame, type Frame } from '../protocol.ts'
import { piecesOf, type Reply, type Stop } from '../reply.ts'
import { countTokens } from '../tokens.ts'

const FINISH: Record<Stop, string> = {
  done: 'stop',
  call: 'tool_calls',
  length: 'length',
  refusal: 'content_filter',
}

export function wholeChat(reply: Reply): Json {
  const calls = reply.call ? { tool_calls: [{ ...callOf(reply), index: undefined }] } : {}
  const message = { role: 'assistant', content: reply.text || null, refusal: null, ...calls }
  return {
    ...head(reply, 'chat.completion'),
    choices: [{ index: 0, message, logprobs: null, finish_reason: FINISH[reply.stop] }],
    usage: usageOf(reply),
  }
}

/** Chunks of deltas; usage only for those who asked, in a last chunk without choices. */
export function chatFrames(ask: Ask, reply: Reply): Frame[] {
  const frames: Frame[] = []
  const usage = ask.wantsUsage ? { usage: null } : {}
  const put = (delta: Json, tokens = 0, finish_reason: string | null = null) => {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason }]
    frames.push(dataFrame({ ...head(reply, 'chat.completion.chunk'), choices, ...usage }, tokens))
  }
  put({ role: 'assistant', content: '' })
  for (const content of piecesOf(reply.text, reply.piece)) put({ content }, countTokens(content))
  if (reply.call) {
    const call = callOf(reply)
    put({ tool_calls: [{ ...call, function: { ...call.function, arguments: '' } }] })
    for (const args of piecesOf(reply.call.args, reply.piece)) {
      put({ tool_calls: [{ index: 0, function: { arguments: args } }] }, countTokens(args))
    }
  }
  put({}, 0, FINISH[reply.stop])
  if (ask.wantsUsage) {
    frames.push(dataFrame({ ...head(reply, 'chat.completion.chunk'), choices: [], usage: usageOf(reply) }))
  }
  return [...frames, { text: 'data: [DONE]\n\n', tokens: 0 }]
}

function callOf(reply: Reply) {
  const { id, name, args } = reply.call ?? { id: '', name: '', args: '' }
  return { index: 0, id, type: 'function', function: { name, arguments: args } }
}

function head(reply: Reply, object: string): Json {
  return {
    id: `chatcmpl-${reply.id}`,
    object,
    created: Math.floor(Date.now() / 1000),
    model: reply.model,
    system_fingerprint: null,
  }
}

function usageOf(reply: Reply): Json {
  const { input, cached, output, reasoning } = reply.tokens
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached },
    completion_tokens_details: { reasoning_tokens: reasoning },
  }
}
