import type { ProtocolName } from './protocols/protocol.ts'
import type { Family } from './slots.ts'

/** What may be asked of a service. Everything else is refused: this is no open proxy. */
export type Door = {
  protocol: ProtocolName
  /** `count` and `list` cost nothing; `generate` is metered. */
  does: 'generate' | 'count' | 'list'
  /** Behind the service's base URL, with the query that is let through. */
  path: string
  /** Where the path names the model. */
  model: string | null
}

type Row = [method: string, path: RegExp, protocol: ProtocolName, does: Door['does']]

// No slash, no percent, no leading dot: what is matched is what is sent, and there is nothing to climb with.
const NAME = '[A-Za-z0-9][A-Za-z0-9._@-]{0,127}'

const OPENAI: readonly Row[] = [
  ['POST', /^\/v1(?<path>\/responses)$/, 'responses', 'generate'],
  ['POST', /^\/v1(?<path>\/responses\/compact)$/, 'responses', 'generate'],
  ['POST', /^\/v1(?<path>\/chat\/completions)$/, 'chat', 'generate'],
  ['GET', new RegExp(`^/v1(?<path>/models(?:/${NAME})?)$`), 'chat', 'list'],
]

const DOORS: Record<Family, readonly Row[]> = {
  openai: OPENAI,
  compatible: OPENAI,
  anthropic: [
    ['POST', /^(?<path>\/v1\/messages)$/, 'messages', 'generate'],
    ['POST', /^(?<path>\/v1\/messages\/count_tokens)$/, 'messages', 'count'],
    ['GET', new RegExp(`^(?<path>/v1/models(?:/${NAME})?)$`), 'messages', 'list'],
  ],
  gemini: [
    ['POST', gemini('generateContent|streamGenerateContent'), 'gemini', 'generate'],
    ['POST', gemini('countTokens'), 'gemini', 'count'],
    ['GET', new RegExp(`^(?<path>/v1(?:alpha|beta)?/models(?:/${NAME})?)$`), 'gemini', 'list'],
  ],
}

function gemini(methods: string): RegExp {
  return new RegExp(`^(?<path>/v1(?:alpha|beta)?/models/(?<model>${NAME}):(?:${methods}))$`)
}

/** In what manner a family is refused when no door says it. */
export const MANNER: Record<Family, ProtocolName> = {
  openai: 'chat',
  compatible: 'chat',
  anthropic: 'messages',
  gemini: 'gemini',
}

export type Target = { slot: string; path: string; query: URLSearchParams }

/** `/slot/rest?query`; null for anything in another form, such as the absolute URLs of an open proxy. */
export function readTarget(url: string): Target | null {
  const match = /^\/([a-z0-9-]{1,32})((?:\/[A-Za-z0-9._:@-]{1,160}){0,8})\/?(?:\?([^#]{0,2048}))?$/.exec(url)
  if (match === null) return null
  return { slot: match[1]!, path: match[2] ?? '', query: new URLSearchParams(match[3] ?? '') }
}

export function findDoor(family: Family, method: string, target: Target): Door | null {
  for (const [how, where, protocol, does] of DOORS[family]) {
    const groups = how === method ? where.exec(target.path)?.groups : undefined
    if (groups === undefined) continue
    const query = keepQuery(does, target.query)
    return { protocol, does, path: `${groups.path}${query}`, model: groups.model ?? null }
  }
  return null
}

/** What may be said in a query. The rest is left out, the key above all. */
const QUERY: Record<'ask' | 'list', Readonly<Record<string, RegExp>>> = {
  ask: { alt: /^(?:sse|json)$/, beta: /^true$/ },
  list: {
    limit: /^\d{1,4}$/,
    after_id: /^[\w.@-]{1,128}$/,
    before_id: /^[\w.@-]{1,128}$/,
    pageSize: /^\d{1,4}$/,
    pageToken: /^[\w.=-]{1,512}$/,
  },
}

function keepQuery(does: Door['does'], query: URLSearchParams): string {
  const allowed = QUERY[does === 'list' ? 'list' : 'ask']
  const kept = new URLSearchParams()
  for (const [name, form] of Object.entries(allowed)) {
    const value = query.get(name)
    if (value !== null && form.test(value)) kept.set(name, value)
  }
  return kept.size === 0 ? '' : `?${kept}`
}
