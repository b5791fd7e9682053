import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Address, findAddress } from './address.ts'
import type { Ask, ProtocolName } from './ask.ts'
import { unpackBody } from './body.ts'
import { chat } from './chat/protocol.ts'
import { type Room, sendJson } from './exchange.ts'
import { gemini } from './gemini/protocol.ts'
import { generate } from './generate.ts'
import { type Json, objectOf } from './json.ts'
import { findKey } from './key.ts'
import { messages } from './messages/protocol.ts'
import { problemOf } from './problem.ts'
import type { Incoming, Protocol } from './protocol.ts'
import type { ModelRequest } from './record.ts'
import { NO_TOKENS } from './reply.ts'
import { responses } from './responses/protocol.ts'
import { countTokens, promptText } from './tokens.ts'

const PROTOCOLS: Record<ProtocolName, Protocol> = { responses, chat, messages, gemini }

/** Answers any request that came to the server, and keeps its record. */
export async function serveModels(room: Room, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const begun = performance.now()
  const raw = await unpackBody(req)
  const url = new URL(req.url ?? '/', 'http://twin')
  const record = recordOf(room, req, url, raw)
  room.requests.push(record)
  try {
    await answer(room, { req, res, url, raw, record })
  } finally {
    record.ms = performance.now() - begun
  }
}

type Arrived = {
  req: IncomingMessage
  res: ServerResponse
  url: URL
  raw: string
  record: ModelRequest
}

async function answer(room: Room, { req, res, url, raw, record }: Arrived): Promise<void> {
  const address = findAddress(record.method, url.pathname)
  if (address === null) {
    const message = `${record.method} ${url.pathname} is not part of this server`
    return sendJson(res, record, 501, { error: { message } })
  }
  if (address.is === 'alive') return sendJson(res, record, 200, {})
  if (address.is === 'models') return sendJson(res, record, 200, modelList(room, address.style))
  const protocol = PROTOCOLS[address.protocol]
  const body = parse(raw)
  if (body === null) return sendJson(res, record, 400, protocol.problem(problemOf(400)))
  const incoming: Incoming = { path: url.pathname, query: url.searchParams, headers: req.headers, body }
  const ask = protocol.read(incoming)
  Object.assign(record, { model: ask.model, tools: ask.tools.map(tool => tool.name) })
  if (room.rules.keys !== null && !room.rules.keys.includes(record.key ?? '')) {
    record.outcome = 'failed'
    record.protocol = address.protocol
    return sendJson(res, record, 401, protocol.problem(problemOf(401)))
  }
  if (address.is === 'count') return sendJson(res, record, 200, counted(address, ask))
  record.protocol = address.protocol
  const gone = new AbortController()
  res.on('close', () => gone.abort())
  const signal = AbortSignal.any([gone.signal, room.closing])
  await generate({ room, res, record, protocol, ask, signal }, incoming)
}

function counted(address: Address & { is: 'count' }, ask: Ask): Json {
  const tokens = countTokens(promptText(ask))
  return address.protocol === 'messages' ? { input_tokens: tokens } : { totalTokens: tokens }
}

function modelList(room: Room, style: 'openai' | 'messages' | 'gemini'): Json {
  if (style === 'gemini') {
    const supportedGenerationMethods = ['generateContent', 'streamGenerateContent', 'countTokens']
    return { models: room.models.map(id => ({ name: `models/${id}`, supportedGenerationMethods })) }
  }
  if (style === 'messages') {
    const data = room.models.map(id => ({ type: 'model', id, display_name: id }))
    return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null }
  }
  const data = room.models.map(id => ({ id, object: 'model', created: 0, owned_by: 'twin' }))
  return { object: 'list', data }
}

function parse(raw: string): Json | null {
  try {
    return objectOf(JSON.parse(raw))
  } catch {
    return null
  }
}

function recordOf(room: Room, req: IncomingMessage, url: URL, raw: string): ModelRequest {
  return {
    at: performance.now() - room.since,
    method: req.method ?? 'GET',
    path: url.pathname,
    protocol: null,
    model: '',
    conversation: '',
    ...findKey(req),
    stream: false,
    tools: [],
    turn: 0,
    attempt: 0,
    status: 0,
    outcome: 'other',
    bytesIn: Buffer.byteLength(raw),
    bytesOut: 0,
    ms: 0,
    tokens: NO_TOKENS,
    told: false,
    ...(room.keepBodies ? { body: raw, headers: { ...req.headers } } : {}),
  }
}
