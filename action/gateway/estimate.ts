import { countOf, type Json } from './json.ts'
import type { Protocol } from './protocols/protocol.ts'

/** What a request may come to: held back from the budget until the service has told what it did come to. */
export type Estimate = { input: number; output: number }

/** Measured on the prompts of the five real programs: 3.9 bytes a token. */
const BYTES_PER_TOKEN = 4
/** Pictures and files travel as base64 and cost by their size on a screen, not by their bytes. */
const PACKED = /[A-Za-z0-9+/_=-]{4096,}/g
const PACKED_TOKENS = 1600
const USUAL_OUTPUT = 8192
const MOST_OUTPUT = 128_000

export function estimate(protocol: Protocol, body: Json, text: string): Estimate {
  let packed = 0
  let pieces = 0
  for (const [piece] of text.matchAll(PACKED)) {
    packed += piece.length
    pieces += 1
  }
  const plain = Math.ceil((Buffer.byteLength(text) - packed) / BYTES_PER_TOKEN)
  const output = countOf(protocol.mostOutput(body)) ?? USUAL_OUTPUT
  return { input: plain + pieces * PACKED_TOKENS, output: Math.min(output, MOST_OUTPUT) }
}

/** Tokens of an answer of which only the text is known. */
export function estimateSaid(characters: number): number {
  return Math.ceil(characters / BYTES_PER_TOKEN)
}
