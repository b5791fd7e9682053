import { type Ask, type Entry, joinVoices, type Tool } from '../ask.ts'
import { type Json, objectOf, objectsOf, textOf, wordsOf } from '../json.ts'
import type { Incoming } from '../protocol.ts'

/** Anthropic Messages: blocks of text, tool use and tool results in messages of two roles. */
export function readMessages({ body, headers }: Incoming): Ask {
  const session = headers['x-claude-code-session-id']
  const format = objectOf(objectOf(body.output_config).format ?? body.output_format)
  return {
    protocol: 'messages',
    model: textOf(body.model),
    stream: body.stream === true,
    session: textOf(session) || null,
    system: wordsOf(body.system),
    entries: joinVoices(objectsOf(body.messages).flatMap(entriesOf)),
    // Tools that run at the service have a type and no schema; nobody here could run them.
    tools: objectsOf(body.tools)
      .filter(tool => tool.input_schema !== undefined)
      .map(toolOf),
    format: format.type === 'json_schema' ? objectOf(format.schema) : null,
    wantsUsage: true,
    writesCache: JSON.stringify(body).includes('"cache_control"'),
  }
}

/** Tool results come as blocks of a user message: first what the tools said, then what the user did. */
function entriesOf(message: Json): Entry[] {
  const text = wordsOf(message.content)
  const blocks = objectsOf(message.content)
  if (message.role === 'assistant') {
    const calls = blocks
      .filter(block => block.type === 'tool_use')
      .map(block => ({
        id: textOf(block.id),
        name: textOf(block.name),
        freeform: false,
        args: JSON.stringify(block.input ?? {}),
      }))
    return [{ role: 'assistant', text, calls }]
  }
  const results = blocks
    .filter(block => block.type === 'tool_result')
    .map(block => wordsOf(block.content) || JSON.stringify(block.content ?? ''))
  const said: Entry[] = text === '' ? [] : [{ role: 'user', text }]
  return results.length === 0 ? said : [{ role: 'tool', results }, ...said]
}

function toolOf(tool: Json): Tool {
  return {
    name: textOf(tool.name),
    freeform: false,
    schema: objectOf(tool.input_schema),
    description: textOf(tool.description),
  }
}
