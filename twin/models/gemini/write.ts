import type { Ask } from '../ask.ts'
import type { Json } from '../json.ts'
import { inputOf } from '../messages/write.ts'
import type { Frame } from '../protocol.ts'
import { piecesOf, type Reply, type Stop } from '../reply.ts'
import { countTokens } from '../tokens.ts'

const FINISH: Record<Stop, string> = { done: 'STOP', call: 'STOP', length: 'MAX_TOKENS', refusal: 'SAFETY' }

export function wholeContent(reply: Reply): Json {
  const parts: Json[] = reply.text === '' ? [] : [{ text: reply.text }]
  if (reply.call) parts.push(callPart(reply))
  return chunk(reply, parts, FINISH[reply.stop], reply.tokens.output)
}

/** Every chunk tells usage, as totals so far: who adds them up counts too much. A call comes whole, in one chunk. */
export function contentFrames(_ask: Ask, reply: Reply): Frame[] {
  const chunks: { data: Json; tokens: number }[] = []
  let output = reply.tokens.reasoning
  for (const text of piecesOf(reply.text, reply.piece)) {
    const tokens = countTokens(text)
    output = Math.min(output + tokens, reply.tokens.output)
    chunks.push({ data: chunk(reply, [{ text }], null, output), tokens })
  }
  const last = reply.call ? [callPart(reply)] : [{ text: '' }]
  const tokens = reply.call ? countTokens(reply.call.args) : 0
  chunks.push({ data: chunk(reply, last, FINISH[reply.stop], reply.tokens.output), tokens })
  return chunks.map(({ data, tokens }) => ({ text: `data: ${JSON.stringify(data)}\r\n\r\n`, tokens }))
}

function callPart(reply: Reply): Json {
  const { id, name, args } = reply.call ?? { id: '', name: '', args: '{}' }
  return { functionCall: { id, name, args: inputOf(args) } }
}

function chunk(reply: Reply, parts: Json[], finish: string | null, output: number): Json {
  const { input, cached, reasoning } = reply.tokens
  return {
    candidates: [
      { content: { role: 'model', parts }, index: 0, ...(finish === null ? {} : { finishReason: finish }) },
    ],
    usageMetadata: {
      promptTokenCount: input,
      ...(cached > 0 ? { cachedContentTokenCount: cached } : {}),
      candidatesTokenCount: output - reasoning,
      ...(reasoning > 0 ? { thoughtsTokenCount: reasoning } : {}),
      totalTokenCount: input + output,
    },
    modelVersion: reply.model,
    responseId: reply.id,
  }
}
