import type { Json } from './json.ts'

export type ProtocolName = 'responses' | 'chat' | 'messages' | 'gemini'

/** A tool that the client offers; `freeform` ones take plain text instead of JSON. */
export type Tool = { name: string; freeform: boolean; schema: Json; description: string }

/** `args` as it is on the wire: JSON text, or plain text for a freeform tool. */
export type Call = { id: string; name: string; freeform: boolean; args: string }

/** One voice in the transcript. All that an assistant says up to the next tool result or user message is one entry. */
export type Entry =
  | { role: 'user'; text: string }
  | { role: 'assistant'; text: string; calls: Call[] }
  | { role: 'tool'; results: string[] }

/** One request to a model, whatever the protocol it came by. */
export type Ask = {
  protocol: ProtocolName
  model: string
  stream: boolean
  /** What the client calls its conversation; null when it does not say. */
  session: string | null
  system: string
  entries: Entry[]
  tools: Tool[]
  /** The schema that the answer's text has to follow. */
  format: Json | null
  /** Whether usage is part of a stream: Chat Completions tells only those who ask. */
  wantsUsage: boolean
  /** Whether what was read is also written to the cache for a price (Messages with cache_control). */
  writesCache: boolean
}

/** Entries with neighbours of the same role put together, as a transcript by voices. */
export function joinVoices(entries: readonly Entry[]): Entry[] {
  const joined: Entry[] = []
  for (const entry of entries) {
    const last = joined.at(-1)
    if (last?.role === 'assistant' && entry.role === 'assistant') {
      last.text += entry.text
      last.calls.push(...entry.calls)
    } else if (last?.role === 'tool' && entry.role === 'tool') {
      last.results.push(...entry.results)
    } else {
      joined.push(structuredClone(entry))
    }
  }
  return joined
}
