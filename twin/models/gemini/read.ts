import { type Ask, type Entry, joinVoices, type Tool } from '../ask.ts'
import { type Json, objectOf, objectsOf, textOf, wordsOf } from '../json.ts'
import type { Incoming } from '../protocol.ts'

/** Gemini: model and method are in the path, calls and their results are parts of contents. */
export function readGemini({ path, body }: Incoming): Ask {
  const [, model = '', method = ''] = /models\/([^:/]+):(\w+)$/.exec(path) ?? []
  const config = objectOf(body.generationConfig)
  const format = config.responseJsonSchema ?? config.responseSchema
  return {
    protocol: 'gemini',
    model: decodeURIComponent(model),
    stream: method === 'streamGenerateContent',
    session: null,
    system: wordsOf(objectOf(body.systemInstruction).parts),
    entries: joinVoices(objectsOf(body.contents).flatMap(entriesOf)),
    tools: objectsOf(body.tools).flatMap(tool => objectsOf(tool.functionDeclarations).map(toolOf)),
    format: format === undefined ? null : objectOf(format),
    wantsUsage: true,
    writesCache: false,
  }
}

function entriesOf(content: Json): Entry[] {
  const parts = objectsOf(content.parts)
  const text = wordsOf(parts.filter(part => part.thought !== true))
  if (content.role === 'model') {
    const calls = parts
      .filter(part => part.functionCall !== undefined)
      .map(part => objectOf(part.functionCall))
      .map(call => ({
        id: textOf(call.id),
        name: textOf(call.name),
        freeform: false,
        args: JSON.stringify(call.args ?? {}),
      }))
    return [{ role: 'assistant', text, calls }]
  }
  const results = parts
    .filter(part => part.functionResponse !== undefined)
    .map(part => JSON.stringify(objectOf(part.functionResponse).response ?? {}))
  const said: Entry[] = text === '' ? [] : [{ role: 'user', text }]
  return results.length === 0 ? said : [{ role: 'tool', results }, ...said]
}

function toolOf(tool: Json): Tool {
  return {
    name: textOf(tool.name),
    freeform: false,
    schema: objectOf(tool.parametersJsonSchema ?? tool.parameters),
    description: textOf(tool.description),
  }
}
