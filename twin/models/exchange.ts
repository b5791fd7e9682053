import type { ServerResponse } from 'node:http'
import type { Ask } from './ask.ts'
import type { Memory } from './conversation.ts'
import type { Json } from './json.ts'
import type { Protocol } from './protocol.ts'
import type { ModelRequest } from './record.ts'
import type { Rulebook } from './rules.ts'

/** All that requests share. */
export type Room = {
  rules: Rulebook
  memory: Memory
  requests: ModelRequest[]
  random: () => number
  /** Models that the lists name; any name is answered. */
  models: readonly string[]
  keepBodies: boolean
  /** Aborted when the server closes. */
  closing: AbortSignal
  since: number
}

/** One exchange under way. */
export type Exchange = {
  room: Room
  res: ServerResponse
  record: ModelRequest
  protocol: Protocol
  ask: Ask
  signal: AbortSignal
}

export function sendJson(res: ServerResponse, record: ModelRequest, status: number, body: Json): void {
  const bytes = Buffer.from(JSON.stringify(body))
  record.status = status
  record.bytesOut = bytes.length
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': String(bytes.length) })
  res.end(bytes)
}
