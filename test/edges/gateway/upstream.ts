import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { type Gateway, type GatewayOptions, openGateway, type Pass } from '../../../action/gateway/gateway.ts'

/** The real key of every test here. Nothing that a client of the gateway can see may have it. */
export const REAL = 'sk-real-0123456789abcdef-REAL'

export type Seen = { method: string; url: string; headers: IncomingHttpHeaders; body: string }
export type Upstream = { url: string; seen: Seen[] }
export type Handle = (seen: Seen, response: ServerResponse) => unknown

/** A service of models that does what the test says. */
export async function openUpstream(handle: Handle): Promise<Upstream> {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      return
    }
    const one = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    }
    seen.push(one)
    await handle(one, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

export function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

export function sse(response: ServerResponse, events: readonly unknown[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of events)
    response.write(`data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`)
  response.end()
}

export type Opened = { gateway: Gateway; pass: Pass; upstream: Upstream }

/** A gateway with a slot of each family, all of them at the same upstream. */
export async function open(handle: Handle, more: Partial<GatewayOptions> = {}): Promise<Opened> {
  const upstream = await openUpstream(handle)
  const families = ['openai', 'anthropic', 'gemini', 'compatible'] as const
  const gateway = await openGateway({
    slots: families.map(family => ({
      name: family,
      family,
      key: REAL,
      base: `${upstream.url}/up/${family}`,
    })),
    budget: { tokens: null, costUsd: null },
    allow: null,
    ...more,
  })
  onTestFinished(() => gateway[Symbol.asyncDispose]())
  return { gateway, pass: gateway.enter('attempt 1'), upstream }
}

export type Ask = { body?: unknown; key?: string; headers?: Record<string, string>; signal?: AbortSignal }

export const PATHS = {
  responses: { slot: 'openai', path: '/responses' },
  chat: { slot: 'compatible', path: '/chat/completions' },
  messages: { slot: 'anthropic', path: '/v1/messages' },
  gemini: { slot: 'gemini', path: '/v1beta/models/m:generateContent' },
} as const

export const BODIES = {
  responses: { model: 'm', input: 'hello' },
  chat: { model: 'm', messages: [{ role: 'user', content: 'hello' }] },
  messages: { model: 'm', max_tokens: 100, messages: [{ role: 'user', content: 'hello' }] },
  gemini: { contents: [{ role: 'user', parts: [{ text: 'hello' }] }] },
} as const

/** Asks as the programs do: the key in the header of its kind. */
export function ask({ gateway, pass }: Opened, kind: keyof typeof PATHS, more: Ask = {}): Promise<Response> {
  const { slot, path } = PATHS[kind]
  const key = more.key ?? pass.key
  const header = kind === 'messages' ? 'x-api-key' : kind === 'gemini' ? 'x-goog-api-key' : 'authorization'
  return fetch(`${gateway.baseUrlFor(slot)}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      [header]: header === 'authorization' ? `Bearer ${key}` : key,
      ...more.headers,
    },
    body: JSON.stringify(more.body ?? BODIES[kind]),
    ...(more.signal ? { signal: more.signal } : {}),
  })
}

export const USAGE = {
  responses: {
    usage: { input_tokens: 100, input_tokens_details: { cached_tokens: 30 }, output_tokens: 20 },
    output: [],
  },
  chat: {
    choices: [{ index: 0, message: { content: 'hi' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 100, completion_tokens: 20, prompt_tokens_details: { cached_tokens: 30 } },
  },
  messages: {
    type: 'message',
    content: [],
    stop_reason: 'end_turn',
    usage: {
      input_tokens: 60,
      cache_read_input_tokens: 30,
      cache_creation_input_tokens: 10,
      output_tokens: 20,
    },
  },
  gemini: {
    candidates: [{ content: { parts: [{ text: 'hi' }] }, finishReason: 'STOP' }],
    usageMetadata: {
      promptTokenCount: 100,
      cachedContentTokenCount: 30,
      candidatesTokenCount: 15,
      thoughtsTokenCount: 5,
      totalTokenCount: 120,
    },
  },
} as const

/** Resolves when it holds: for what a server does on its own time. A machine may be slow. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 60_000
  while (!holds()) {
    if (performance.now() > deadline) throw new Error('it never came to hold')
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}
