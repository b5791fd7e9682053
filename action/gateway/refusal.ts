import type { ServerResponse } from 'node:http'
import type { ProtocolName } from './protocols/protocol.ts'
import { PROTOCOLS } from './protocols/registry.ts'

/**
 * An answer of the gateway's own. `final` is said in the way that the programs of a protocol do not try again after; a
 * `mistake` is of this one request, and what is `forbidden` is none to a model; `key`, `upstream` and `closing` mean what they mean everywhere.
 */
export type Refusal = {
  is: 'final' | 'mistake' | 'forbidden' | 'key' | 'upstream' | 'closing'
  code: string
  message: string
}

export function statusOf(refusal: Refusal, protocol: ProtocolName): number {
  switch (refusal.is) {
    case 'final':
      return PROTOCOLS[protocol].finalStatus
    case 'mistake':
      return 400
    case 'forbidden':
      return 403
    case 'key':
      return 401
    case 'upstream':
      return 502
    case 'closing':
      return 503
  }
}

export function sendRefusal(response: ServerResponse, protocol: ProtocolName, refusal: Refusal): void {
  if (response.headersSent || response.destroyed) return void response.destroy()
  const status = statusOf(refusal, protocol)
  const body = Buffer.from(JSON.stringify(PROTOCOLS[protocol].problem(status, refusal)))
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': body.length,
    // Libraries of both big vendors obey it.
    ...(refusal.is === 'upstream' ? {} : { 'x-should-retry': 'false' }),
  })
  response.end(body)
}
