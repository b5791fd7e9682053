import type { Call } from './ask.ts'

/** Why a model stopped: it is done, it wants a tool, it ran out of room, it will not. */
export type Stop = 'done' | 'call' | 'length' | 'refusal'

/** Tokens of one request. `input` has `cached` and `cacheWritten` in it; `output` has `reasoning` in it. */
export type Tokens = {
  input: number
  cached: number
  cacheWritten: number
  output: number
  reasoning: number
}

export type Reply = {
  id: string
  model: string
  text: string
  call: Call | null
  stop: Stop
  tokens: Tokens
  /** Characters in one piece of a stream. */
  piece: number
}

export const NO_TOKENS: Tokens = { input: 0, cached: 0, cacheWritten: 0, output: 0, reasoning: 0 }

export function addTokens(a: Tokens, b: Tokens): Tokens {
  return {
    input: a.input + b.input,
    cached: a.cached + b.cached,
    cacheWritten: a.cacheWritten + b.cacheWritten,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
  }
}

/** Text in pieces of so many characters; never half a character. */
export function piecesOf(text: string, size: number): string[] {
  const letters = [...text]
  const pieces: string[] = []
  for (let at = 0; at < letters.length; at += size) pieces.push(letters.slice(at, at + size).join(''))
  return pieces
}
