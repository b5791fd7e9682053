import { type Ask, type Entry, joinVoices, type Tool } from '../ask.ts'
import { type Json, objectOf, objectsOf, textOf, wordsOf } from '../json.ts'
import type { Incoming } from '../protocol.ts'

/** OpenAI Responses: one list of items in which messages, calls and outputs take turns. */
export function readResponses({ body }: Incoming): Ask {
  const items =
    typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : objectsOf(body.input)
  const isSystem = (item: Json) => item.role === 'developer' || item.role === 'system'
  // Some clients bring their tools as an item of the conversation.
  const brought = items
    .filter(item => item.type === 'additional_tools')
    .flatMap(item => objectsOf(item.tools))
  const system = items.filter(isSystem).map(item => wordsOf(item.content))
  const format = objectOf(objectOf(body.text).format)
  return {
    protocol: 'responses',
    model: textOf(body.model),
    stream: body.stream === true,
    session: textOf(body.prompt_cache_key) || null,
    system: [textOf(body.instructions), ...system].filter(text => text !== '').join('\n'),
    entries: joinVoices(items.filter(item => !isSystem(item)).flatMap(entryOf)),
    tools: [...objectsOf(body.tools), ...brought].flatMap(toolsOf),
    format: format.type === 'json_schema' ? objectOf(format.schema) : null,
    wantsUsage: true,
    writesCache: false,
  }
}

function entryOf(item: Json): Entry[] {
  const type = textOf(item.type) || 'message'
  if (type === 'message') {
    const text = wordsOf(item.content)
    return item.role === 'assistant' ? [{ role: 'assistant', text, calls: [] }] : [{ role: 'user', text }]
  }
  if (type.endsWith('_call_output')) {
    const { output } = item
    const text = typeof output === 'string' ? output : wordsOf(output) || JSON.stringify(output)
    return [{ role: 'tool', results: [text] }]
  }
  if (!type.endsWith('_call')) return []
  const call = {
    id: textOf(item.call_id),
    name: textOf(item.name),
    freeform: type === 'custom_tool_call',
    args: textOf(item.arguments) || textOf(item.input),
  }
  return [{ role: 'assistant', text: '', calls: [call] }]
}

/** A tool, or those of a namespace. */
function toolsOf(tool: Json): Tool[] {
  if (tool.type === 'namespace') return objectsOf(tool.tools).flatMap(toolsOf)
  const freeform = tool.type === 'custom'
  if (tool.type !== 'function' && !freeform) return []
  return [
    {
      name: textOf(tool.name),
      freeform,
      schema: objectOf(tool.parameters),
      description: textOf(tool.description),
    },
  ]
}
