import type { Tokens } from '../../../core/accounts/price.ts'
import type { Json } from '../json.ts'

export type ProtocolName = 'responses' | 'chat' | 'messages' | 'gemini'

/** What one event of a stream, or an answer in one piece, tells about the exchange. */
export type Sight = {
  /** The exchange's totals, as far as they are told: not a part to be added. */
  tokens: Tokens | null
  /** The totals are final. */
  complete: boolean
  /** The model would not. */
  refused: boolean
  /** The service failed after it had begun: its words, to be classified and forgotten. */
  failed: string | null
  /** Characters of answer in this event, for an estimate when the totals never come. */
  said: number
}

export const NOTHING_SEEN: Sight = { tokens: null, complete: false, refused: false, failed: null, said: 0 }

export type Problem = {
  /** A word for programs, such as `budget_exhausted`. */
  code: string
  message: string
}

/** One manner in which models are spoken to. */
export type Protocol = {
  /** `before`: what earlier events of the same stream have told. */
  see(event: Json, before: Tokens | null): Sight
  /** The status that this protocol's programs do not try again after; measured with the real ones. */
  finalStatus: number
  problem(status: number, problem: Problem): Json
  /** Most tokens that the answer may have, as the request says; null when it does not. */
  mostOutput(body: Json): number | null
  /** Offers of tools in the request. */
  tools(body: Json): Json[]
  /** Earlier answers of a model that the request brings along, or refers to: none in the first of a fresh session. */
  answers(body: Json): number
}

/** Length of everything that is text in a value: deltas differ in shape, not in this. */
export function textLength(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + textLength(one), 0)
  if (typeof value === 'object' && value !== null) return textLength(Object.values(value))
  return 0
}
