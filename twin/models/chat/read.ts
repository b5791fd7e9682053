import { type Ask, type Call, type Entry, joinVoices, type Tool } from '../ask.ts'
import { type Json, objectOf, objectsOf, textOf, wordsOf } from '../json.ts'
import type { Incoming } from '../protocol.ts'

/** OpenAI Chat Completions: messages with roles; calls hang on the assistant's. */
export function readChat({ body, headers }: Incoming): Ask {
  const messages = objectsOf(body.messages)
  const isSystem = (message: Json) => message.role === 'system' || message.role === 'developer'
  const session = headers['x-session-id'] ?? headers['x-session-affinity']
  const format = objectOf(body.response_format)
  return {
    protocol: 'chat',
    model: textOf(body.model),
    stream: body.stream === true,
    session: textOf(session) || textOf(body.prompt_cache_key) || null,
    system: messages
      .filter(isSystem)
      .map(message => wordsOf(message.content))
      .join('\n'),
    entries: joinVoices(messages.filter(message => !isSystem(message)).map(entryOf)),
    tools: objectsOf(body.tools).map(tool => toolOf(objectOf(tool.function))),
    format: format.type === 'json_schema' ? objectOf(objectOf(format.json_schema).schema) : null,
    wantsUsage: body.stream !== true || objectOf(body.stream_options).include_usage === true,
    writesCache: false,
  }
}

function entryOf(message: Json): Entry {
  if (message.role === 'tool') return { role: 'tool', results: [wordsOf(message.content)] }
  if (message.role !== 'assistant') return { role: 'user', text: wordsOf(message.content) }
  return {
    role: 'assistant',
    text: wordsOf(message.content),
    calls: objectsOf(message.tool_calls).map(callOf),
  }
}

function callOf(call: Json): Call {
  const { name, arguments: args } = objectOf(call.function)
  return { id: textOf(call.id), name: textOf(name), freeform: false, args: textOf(args) }
}

function toolOf(tool: Json): Tool {
  return {
    name: textOf(tool.name),
    freeform: false,
    schema: objectOf(tool.parameters),
    description: textOf(tool.description),
  }
}
