import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import type { OpenSlot } from './slots.ts'

/**
 * What a client may say to a service: its own name, versions of the interface, ids of its session. Not what names another
 * key, account or payer, and not where it thinks that it is.
 */
const TO_SERVICE = [
  /^(?:accept|accept-language|content-type|user-agent|originator|version|session_id|conversation_id|session-id)$/,
  /^(?:anthropic-version|anthropic-beta|openai-beta|x-app|x-client-request-id|idempotency-key|x-goog-api-client)$/,
  /^(?:x-stainless-[a-z-]+|x-claude-code-[a-z-]+|x-codex-[a-z-]+|x-session-[a-z-]+)$/,
  /^(?:x-dashscope-cachecontrol|x-dashscope-useragent)$/,
]

export function headersToService(headers: IncomingHttpHeaders, slot: OpenSlot): OutgoingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => TO_SERVICE.some(form => form.test(name)))
  return slot.sign({
    ...Object.fromEntries(kept),
    // What is packed cannot be counted as it passes.
    'accept-encoding': 'identity',
  })
}

/** What a service says to a client and the client does not get: what belongs to this one connection, and what would bind it elsewhere. */
const NOT_TO_CLIENT = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'alt-svc',
  'content-encoding',
  'content-length',
  'location',
  'set-cookie',
  'strict-transport-security',
])

export function headersToClient(headers: IncomingHttpHeaders, slot: OpenSlot): OutgoingHttpHeaders {
  const named = new Set((headers.connection ?? '').toLowerCase().split(/\s*,\s*/))
  const kept = Object.entries(headers).filter(
    ([name, value]) => !NOT_TO_CLIENT.has(name) && !named.has(name) && !slot.holdsKey(String(value)),
  )
  return Object.fromEntries(kept)
}
