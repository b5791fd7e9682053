import type { Json } from './json.ts'
import type { Protocol } from './protocols/protocol.ts'

/** What a request may come to: held back from the budget until the service has told what it did come to. */
export type Estimate = { input: number; output: number }

/** Measured on the prompts of the five real programs: 3.9 bytes a token. */
const BYTES_PER_TOKEN = 4
/** Pictures and files travel as base64 and cost by their size on a screen, not by their bytes. */
const PACKED_TOKENS = 1600
const PACKED_FROM = 4096
const USUAL_OUTPUT = 8192
const MOST_OUTPUT = 128_000

/** `sent`: the body as it goes out. */
export function estimate(protocol: Protocol, body: Json, sent: Buffer): Estimate {
  const packed = findPacked(sent)
  const plain = Math.ceil((sent.length - packed.bytes) / BYTES_PER_TOKEN)
  const output = protocol.mostOutput(body) ?? USUAL_OUTPUT
  return { input: plain + packed.pieces * PACKED_TOKENS, output: Math.min(output, MOST_OUTPUT) }
}

const IS_BASE64 = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[A-Za-z0-9+/=_-]/.test(String.fromCharCode(byte)) ? 1 : 0,
)

/** By hand and in one pass: on bodies of megabytes, written by who knows whom, an expression could take for ever. */
function findPacked(sent: Buffer): { bytes: number; pieces: number } {
  const found = { bytes: 0, pieces: 0 }
  let run = 0
  for (let at = 0; at <= sent.length; at++) {
    if (at < sent.length && IS_BASE64[sent[at]!] === 1) {
      run += 1
      continue
    }
    if (run >= PACKED_FROM) {
      found.bytes += run
      found.pieces += 1
    }
    run = 0
  }
  return found
}

/** Tokens of an answer of which only the text is known. */
export function estimateSaid(characters: number): number {
  return Math.ceil(characters / BYTES_PER_TOKEN)
}
