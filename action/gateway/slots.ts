import type { Agent as HttpAgent, IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import { openAgent } from './wire.ts'

/** How a service is spoken to. `compatible` is OpenAI's manner at another vendor, a company's proxy or a model of one's own. */
export const FAMILIES = ['openai', 'anthropic', 'gemini', 'compatible'] as const
export type Family = (typeof FAMILIES)[number]

/** A model service with its real key. The caller hands it over in memory; it is never in the environment or a file. */
export type Slot = {
  /** First part of the path below the gateway, so `[a-z0-9-]`. */
  name: string
  family: Family
  /** Empty for a service that wants none, such as a model on the same machine. */
  key: string
  /** Without it the vendor's own; `compatible` has none. http or https; what a client appends comes behind it. */
  base?: string
  /** PEM of authorities beside the usual ones, for a company's own. */
  ca?: string
}

const BASES: Partial<Record<Family, string>> = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com',
  gemini: 'https://generativelanguage.googleapis.com',
}

/** What a client of the family appends to its base URL begins behind this. */
const PREFIX: Record<Family, string> = { openai: '/v1', compatible: '/v1', anthropic: '', gemini: '' }

export type OpenSlot = {
  name: string
  family: Family
  base: URL
  /** Host and port: all that errors may name. */
  host: string
  agent: HttpAgent
  /** The one place where the real key is put on the wire. */
  sign(headers: OutgoingHttpHeaders): OutgoingHttpHeaders
  /** True when these bytes or this text hold the real key. */
  holdsKey(text: Buffer | string): boolean
  hideKey(text: string): string
  keyLength: number
  close(): void
}

/** Throws on what cannot work, naming the slot and never the key. */
export function openSlot(slot: Slot, proxy: Readonly<Record<string, string>>): OpenSlot {
  const base = readBase(slot)
  // Visible ASCII: it goes into a header, and what is shorter could not be told from other text when it is looked for.
  if (slot.key !== '' && !/^[\x21-\x7e]{8,4096}$/.test(slot.key))
    throw new Error(`the key of slot "${slot.name}" is no key`)
  let key = slot.key
  const agent = openAgent(base, { proxy, ca: slot.ca ?? null })
  return {
    name: slot.name,
    family: slot.family,
    base,
    host: base.host,
    agent,
    sign: headers => ({ ...headers, ...authorization(slot.family, key) }),
    holdsKey: text => key !== '' && text.includes(key),
    hideKey: text => (key === '' ? text : text.replaceAll(key, '[key]')),
    keyLength: key.length,
    close() {
      key = ''
      agent.destroy()
    },
  }
}

export function pathBelow(slot: Pick<OpenSlot, 'name' | 'family'>): string {
  return `/${slot.name}${PREFIX[slot.family]}`
}

function authorization(family: Family, key: string): OutgoingHttpHeaders {
  if (key === '') return {}
  if (family === 'anthropic') return { 'x-api-key': key }
  if (family === 'gemini') return { 'x-goog-api-key': key }
  return { authorization: `Bearer ${key}` }
}

function readBase(slot: Slot): URL {
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(slot.name)) throw new Error(`"${slot.name}" is no name for a slot`)
  const text = slot.base ?? BASES[slot.family]
  if (text === undefined) throw new Error(`slot "${slot.name}" needs a base URL`)
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new Error(`the base URL of slot "${slot.name}" is not http or https`)
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new Error(`the base URL of slot "${slot.name}" may not have a user, a query or a fragment`)
  return url
}

/** The key that a client shows, wherever its kind puts it. */
export function shownKey(headers: IncomingHttpHeaders, query: URLSearchParams): string | null {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  const given = bearer ?? headers['x-api-key'] ?? headers['x-goog-api-key'] ?? query.get('key')
  return typeof given === 'string' && given !== '' ? given : null
}
