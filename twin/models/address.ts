import type { ProtocolName } from './ask.ts'

export type Address =
  | { is: 'generate'; protocol: ProtocolName }
  | { is: 'count'; protocol: 'messages' | 'gemini' }
  | { is: 'models'; style: 'openai' | 'messages' | 'gemini' }
  | { is: 'alive' }

/** Doors by the end of the path, so that any base URL works: /openai/v1, /anthropic, /gemini, or none. */
const DOORS: readonly [method: string, path: RegExp, address: Address][] = [
  ['POST', /\/responses$/, { is: 'generate', protocol: 'responses' }],
  ['POST', /\/chat\/completions$/, { is: 'generate', protocol: 'chat' }],
  ['POST', /\/messages\/count_tokens$/, { is: 'count', protocol: 'messages' }],
  ['POST', /\/messages$/, { is: 'generate', protocol: 'messages' }],
  [
    'POST',
    /\/models\/[^/]+:(generateContent|streamGenerateContent)$/,
    { is: 'generate', protocol: 'gemini' },
  ],
  ['POST', /\/models\/[^/]+:countTokens$/, { is: 'count', protocol: 'gemini' }],
  ['GET', /^\/gemini\/.*models$|\/v1beta\/models$/, { is: 'models', style: 'gemini' }],
  ['GET', /^\/anthropic\/.*models$/, { is: 'models', style: 'messages' }],
  ['GET', /\/models$/, { is: 'models', style: 'openai' }],
  ['HEAD', /^\/(anthropic|gemini|openai)?\/?$/, { is: 'alive' }],
]

export function findAddress(method: string, path: string): Address | null {
  return DOORS.find(([how, where]) => how === method && where.test(path))?.[2] ?? null
}
