import { z } from 'zod'

/** What models cost, as the repository's configuration says it: nothing here knows a vendor's list. */

export const price = z.strictObject({
  in: z.number().min(0).describe('USD for a million tokens of prompt'),
  out: z.number().min(0).describe('USD for a million tokens of answer, reasoning included'),
  cached: z
    .number()
    .min(0)
    .optional()
    .describe('USD for a million tokens of prompt that came from a cache; as `in` when absent'),
  cache_write: z
    .number()
    .min(0)
    .optional()
    .describe('USD for a million tokens written to a cache; 1.25 × `in` when absent'),
})
export type Price = z.infer<typeof price>

/** One rule for every vendor: `input` has `cached` and `written` in it, `output` has reasoning in it. */
export type Tokens = { input: number; cached: number; written: number; output: number }

export const NO_TOKENS: Tokens = { input: 0, cached: 0, written: 0, output: 0 }

export function addTokens(a: Tokens, b: Tokens): Tokens {
  return {
    input: a.input + b.input,
    cached: a.cached + b.cached,
    written: a.written + b.written,
    output: a.output + b.output,
  }
}

/** USD. */
export function costOf(tokens: Tokens, price: Price): number {
  const { in: fresh, out, cached = fresh, cache_write = fresh * 1.25 } = price
  const plain = Math.max(0, tokens.input - tokens.cached - tokens.written)
  return (plain * fresh + tokens.cached * cached + tokens.written * cache_write + tokens.output * out) / 1e6
}

/** `gpt-5*` stands for every name that begins so; without a star a name is itself alone. */
export function matchesModel(pattern: string, model: string): boolean {
  return pattern.endsWith('*') ? model.startsWith(pattern.slice(0, -1)) : pattern === model
}

/** The price of the longest pattern that fits, an exact name before all; null when there is none. */
export function findPrice(prices: Readonly<Record<string, Price>>, model: string): Price | null {
  if (Object.hasOwn(prices, model)) return prices[model]!
  const fitting = Object.keys(prices).filter(pattern => matchesModel(pattern, model))
  const longest = fitting.sort((a, b) => b.length - a.length)[0]
  return longest === undefined ? null : prices[longest]!
}
