import type { ProtocolName } from './ask.ts'
import { addTokens, NO_TOKENS, type Tokens } from './reply.ts'

/** How a request ended: `gone` when the client left before the end, `other` when no model was asked. */
export type Outcome = 'answered' | 'failed' | 'cut' | 'hung' | 'gone' | 'other'

/** One request that the server saw. */
export type ModelRequest = {
  /** Milliseconds since the server began. */
  at: number
  method: string
  path: string
  protocol: ProtocolName | null
  model: string
  /** See conversation.ts. */
  conversation: string
  /** The key as it came, and where: `authorization`, `x-api-key`, `x-goog-api-key` or `?key`. */
  key: string | null
  keyIn: string | null
  stream: boolean
  /** Names of the tools that the client offered. */
  tools: string[]
  /** Answers of the model that the transcript had. */
  turn: number
  /** How often this turn was asked for before. */
  attempt: number
  status: number
  outcome: Outcome
  /** Bytes of the bodies. */
  bytesIn: number
  bytesOut: number
  ms: number
  /** What was served, also when the client was never told. */
  tokens: Tokens
  /** Whether the whole answer went out, with usage in it. */
  told: boolean
  /** The body and the headers, when the server keeps them. */
  body?: string
  headers?: Record<string, string | string[] | undefined>
}

/** Sums of a conversation and model. `told` is what clients could read in answers, `served` has cut streams in it too. */
export type UsageRow = {
  conversation: string
  protocol: ProtocolName
  model: string
  requests: number
  told: Tokens
  served: Tokens
}

export function sumUsage(requests: readonly ModelRequest[]): UsageRow[] {
  const rows = new Map<string, UsageRow>()
  for (const { protocol, conversation, model, tokens, told } of requests) {
    if (protocol === null) continue
    const key = `${protocol} ${conversation} ${model}`
    const row = rows.get(key) ?? {
      conversation,
      protocol,
      model,
      requests: 0,
      told: NO_TOKENS,
      served: NO_TOKENS,
    }
    row.requests += 1
    row.served = addTokens(row.served, tokens)
    if (told) row.told = addTokens(row.told, tokens)
    rows.set(key, row)
  }
  return [...rows.values()]
}
