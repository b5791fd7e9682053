import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { openGateway } from '../../action/gateway/gateway.ts'

/** One end of the bench, on a thread of its own. `url` without `/v1`. */
export type Ready = { url: string; key: string }

const KEY = 'sk-of-the-bench-0123456789'
const EVENT = `data: ${JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 0,
  model: 'm',
  choices: [{ index: 0, delta: { content: 'some words ' }, finish_reason: null }],
  usage: null,
})}\n\n`
const END = `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 9, completion_tokens: 9 } })}\n\ndata: [DONE]\n\n`

async function serve(): Promise<Ready> {
  const server = createServer(async (request, response) => {
    for await (const _chunk of request);
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const [kind, ...numbers] = String(request.headers['user-agent']).split(' ')
    const [first = 0, second = 0] = numbers.map(Number)
    if (kind === 'paced') await speak(response, first, second)
    else if (kind === 'flood') await flood(response, first)
    else response.write(EVENT)
    response.end(END)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key: KEY }
}

/** By the clock: what was late once does not make the whole stream late. */
async function speak(response: ServerResponse, events: number, everyMs: number): Promise<void> {
  const began = performance.now()
  for (let i = 0; i < events; i++) {
    await wait(Math.max(0, began + i * everyMs - performance.now()))
    response.write(EVENT)
  }
}

async function flood(response: ServerResponse, megabytes: number): Promise<void> {
  const piece = EVENT.repeat(64)
  for (let sent = 0; sent < megabytes * 1024 * 1024; sent += piece.length)
    if (!response.write(piece)) await once(response, 'drain')
}

async function open(base: string): Promise<Ready> {
  const gateway = await openGateway({
    slots: [{ name: 'compatible', family: 'compatible', key: KEY, base }],
    budget: { tokens: 1e12, costUsd: null },
    allow: ['short', 'paced*', 'flood*'],
  })
  const url = gateway.baseUrlFor('compatible').replace(/\/v1$/, '')
  return { url, key: gateway.enter('bench').key }
}

const given = workerData as { role: 'service' } | { role: 'gateway'; base: string }
parentPort?.postMessage(given.role === 'service' ? await serve() : await open(given.base))
