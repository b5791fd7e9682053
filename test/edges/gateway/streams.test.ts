import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { ask, BODIES, json, open, sse, USAGE, until } from './upstream.ts'

const CHUNK = { choices: [{ index: 0, delta: { content: 'piece' }, finish_reason: null }] }
const LAST = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: USAGE.chat.usage }
const STREAMED = { ...BODIES.chat, stream: true, stream_options: { include_usage: true } }

function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(`data: ${JSON.stringify(CHUNK)}\n\n`)
}

test('the first piece is at the client before the service has said the second', async () => {
  let proceed = () => {}
  const opened = await open((_seen, response) => {
    begin(response)
    proceed = () => response.end(`data: ${JSON.stringify(LAST)}\n\ndata: [DONE]\n\n`)
  })

  const answer = await ask(opened, 'chat', { body: STREAMED })
  const reader = answer.body!.getReader()
  const first = await reader.read()
  expect(new TextDecoder().decode(first.value)).toBe(`data: ${JSON.stringify(CHUNK)}\n\n`)
  expect(opened.gateway.account().requests).toBe(0)

  proceed()
  let rest = ''
  for (let next = await reader.read(); !next.done; next = await reader.read())
    rest += new TextDecoder().decode(next.value)
  expect(rest).toContain('[DONE]')
  await until(() => opened.gateway.account().requests === 1)
  expect(opened.gateway.account()).toMatchObject({
    unknown: 0,
    tokens: { input: 100, cached: 30, output: 20 },
  })
})

test('the head of an answer does not wait for its body', async () => {
  const opened = await open((_seen, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
  })

  const answer = await ask(opened, 'chat', { body: STREAMED })

  expect(answer.status).toBe(200)
  await answer.body!.cancel()
})

test('a client that leaves ends the request to the service', async () => {
  let gone = false
  const opened = await open((_seen, response) => {
    response.on('close', () => {
      gone = true
    })
    begin(response)
  })
  const leave = new AbortController()

  const answer = await ask(opened, 'chat', { body: STREAMED, signal: leave.signal })
  await answer.body!.getReader().read()
  leave.abort()

  await until(() => gone && opened.gateway.account().requests === 1)
  expect(opened.gateway.account()).toMatchObject({ unknown: 1, failures: [], latest: [{ end: 'gone' }] })
})

test('a client that leaves before the service has said anything', async () => {
  let gone = false
  let asked = false
  const opened = await open((_seen, response) => {
    asked = true
    response.on('close', () => {
      gone = true
    })
  })
  const leave = new AbortController()

  const answer = ask(opened, 'messages', { signal: leave.signal }).catch(() => 'left')
  await until(() => asked)
  leave.abort()

  expect(await answer).toBe('left')
  await until(() => gone && opened.gateway.account().requests === 1)
  // The service may have worked for it: its whole estimate counts.
  expect(opened.gateway.account()).toMatchObject({ unknown: 1, tokens: { output: 100 } })
})

test('the end of a pass ends what is under way', async () => {
  let gone = false
  const opened = await open((_seen, response) => {
    response.on('close', () => {
      gone = true
    })
    begin(response)
  })
  const answer = await ask(opened, 'chat', { body: STREAMED })

  opened.pass.end()

  await expect(answer.text()).rejects.toThrow()
  await until(() => gone)
})

test('the end of the gateway ends what is under way, and nobody can connect any more', async () => {
  const opened = await open((_seen, response) => begin(response))
  const answer = await ask(opened, 'chat', { body: STREAMED })

  await opened.gateway[Symbol.asyncDispose]()

  await expect(answer.text()).rejects.toThrow()
  await expect(ask(opened, 'chat')).rejects.toThrow()
})

test('a stream that the service cuts is cut at the client', async () => {
  const opened = await open((_seen, response) => {
    begin(response)
    setTimeout(() => response.destroy(), 30)
  })

  const answer = await ask(opened, 'chat', { body: STREAMED })

  await expect(answer.text()).rejects.toThrow()
  await until(() => opened.gateway.account().requests === 1)
  const account = opened.gateway.account()
  expect(account).toMatchObject({ unknown: 1, latest: [{ end: 'cut', status: 200 }] })
  expect(account.failures).toMatchObject([{ kind: 'unreachable', count: 1 }])
  expect(account.tokens.input).toBeGreaterThan(0)
})

test('a service that cannot be reached', async () => {
  const opened = await open(() => {}, {
    slots: [{ name: 'compatible', family: 'compatible', key: '', base: 'http://127.0.0.1:9/v1' }],
  })

  const answer = await ask(opened, 'chat')

  expect(answer.status).toBe(502)
  expect(await answer.json()).toMatchObject({
    error: { message: '127.0.0.1:9 cannot be reached (ECONNREFUSED).' },
  })
  // Nobody has worked: nothing to pay for.
  expect(opened.gateway.account()).toMatchObject({
    requests: 1,
    unknown: 0,
    tokens: { input: 0 },
    failures: [{ kind: 'unreachable', host: '127.0.0.1:9', status: null }],
  })
})

test('a service that says nothing for too long', async () => {
  const opened = await open((_seen, response) => begin(response), { most: { quietMs: 150 } })

  const answer = await ask(opened, 'chat', { body: STREAMED })

  await expect(answer.text()).rejects.toThrow()
  expect(opened.gateway.account().failures).toMatchObject([{ kind: 'unreachable' }])
})

test('30 seconds of silence in a stream are no reason to end it', async () => {
  const opened = await open((_seen, response) => {
    begin(response)
    setTimeout(() => response.end(`data: ${JSON.stringify(LAST)}\n\n`), 30_500)
  })

  const text = await (await ask(opened, 'chat', { body: STREAMED })).text()

  expect(text).toContain('"finish_reason":"stop"')
  expect(opened.gateway.account()).toMatchObject({ unknown: 0 })
})

test('a client that reads slowly holds the service back', async () => {
  const total = 256 * 1024 * 1024
  let sent = 0
  const piece = `data: ${JSON.stringify({ choices: [], pad: 'x'.repeat(1024 * 1024) })}\n\n`
  const opened = await open((_seen, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const more = () => {
      while (sent < total && !response.destroyed) {
        sent += piece.length
        if (!response.write(piece)) return void response.once('drain', more)
      }
    }
    more()
  })
  const answer = await ask(opened, 'chat', { body: STREAMED })
  const reader = answer.body!.getReader()
  await reader.read()
  let before = -1
  // Until nothing moves any more.
  while (before !== sent) {
    before = sent
    await new Promise(resolve => setTimeout(resolve, 300))
  }

  expect(sent).toBeLessThan(total / 4)
  await reader.cancel()
})

test('packed although it was asked for as it is', async () => {
  const text = `data: ${JSON.stringify(CHUNK)}\n\ndata: ${JSON.stringify(LAST)}\n\n`
  const opened = await open((seen, response) => {
    expect(seen.headers['accept-encoding']).toBe('identity')
    response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' })
    response.end(gzipSync(text))
  })

  const answer = await ask(opened, 'chat', { body: STREAMED, headers: { 'accept-encoding': 'identity' } })

  expect(await answer.text()).toBe(text)
  expect(answer.headers.has('content-encoding')).toBe(false)
  await until(() => opened.gateway.account().requests === 1)
  expect(opened.gateway.account()).toMatchObject({ unknown: 0, tokens: { input: 100 } })
})

test('packed in a way that nobody knows', async () => {
  const opened = await open((_seen, response) =>
    response.writeHead(200, { 'content-encoding': 'rot13' }).end('x'),
  )

  const answer = await ask(opened, 'chat')

  expect(answer.status).toBe(502)
  expect(await answer.text()).toContain('packing')
})

test('a packed request is judged by what is in it', async () => {
  const opened = await open((_seen, response) => json(response, USAGE.chat), { allow: ['m'] })
  const send = (model: string, size = 0) =>
    fetch(`${opened.gateway.baseUrlFor('compatible')}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${opened.pass.key}`, 'content-encoding': 'gzip' },
      body: gzipSync(JSON.stringify({ model, messages: [], pad: 'x'.repeat(size) })),
    })

  expect((await send('m')).status).toBe(200)
  expect((await send('dear')).status).toBe(403)
  // 64 MB in 64 KB.
  const bomb = await send('m', 64 * 1024 * 1024)
  expect([bomb.status, await bomb.text()]).toEqual([400, expect.stringContaining('larger than')])
  expect(opened.upstream.seen.map(seen => seen.headers['content-encoding'])).toEqual([undefined])
})

test('malformed events pass as they came', async () => {
  const text = [
    'data: {"choices": [\n\n',
    ': a comment\r\n\r\n',
    'data: not json\n\n',
    'event: x\ndata\n\n',
    'data: null\n\ndata: 7\n\ndata: [1]\n\n',
    'data: {"usage":{"prompt_tokens":-1,"completion_tokens":1e99}}\n\n',
    'data: {"usage":{"prompt_tokens":"5","completion_tokens":null},"choices":"none"}\n\n',
    `data: {"choices":[{"delta":{"content":"${'é'.repeat(40)}"}}]}\n\n`,
    'data: {"half":',
  ].join('')
  const opened = await open((_seen, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const bytes = Buffer.from(text)
    // Pieces end within characters and within line ends.
    for (let at = 0; at < bytes.length; at += 7) response.write(bytes.subarray(at, at + 7))
    response.end()
  })

  for (const body of [STREAMED, { ...BODIES.chat, stream: true }])
    expect(await (await ask(opened, 'chat', { body })).text()).toBe(text)
  await until(() => opened.gateway.account().requests === 2)
  const { unknown, latest } = opened.gateway.account()
  expect(unknown).toBe(2)
  expect(latest.map(one => [one.end, one.tokens.output])).toEqual([
    ['done', 10],
    ['done', 10],
  ])
})

test('a request and an answer of 10 MB', async () => {
  const long = 'x'.repeat(10 * 1024 * 1024)
  const opened = await open((seen, response) =>
    json(response, { ...USAGE.chat, echo: seen.body.length, long }),
  )

  const answer = await ask(opened, 'chat', {
    body: { model: 'm', messages: [{ role: 'user', content: long }] },
  })
  const body = (await answer.json()) as { echo: number; long: string }

  expect(body.echo).toBeGreaterThan(long.length)
  expect(body.long).toBe(long)
  expect(opened.gateway.account()).toMatchObject({ unknown: 0, largestBytes: body.echo })
})

test('a request that is too large', async () => {
  const opened = await open((_seen, response) => json(response, USAGE.chat), { most: { bytes: 1000 } })

  const answer = await ask(opened, 'messages', { body: { model: 'm', pad: 'x'.repeat(1000) } })

  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({
    type: 'error',
    error: { message: expect.stringContaining('1000 bytes') },
  })
  expect(opened.upstream.seen).toEqual([])
})

test('forty streams at once do not mix', async () => {
  const opened = await open((seen, response) => {
    const { model } = JSON.parse(seen.body) as { model: string }
    const events = Array.from({ length: 20 }, () => ({ choices: [{ delta: { content: model } }] }))
    sse(response, [...events, { choices: [], usage: { prompt_tokens: Number(model), completion_tokens: 1 } }])
  })

  const texts = await Promise.all(
    Array.from({ length: 40 }, async (_, i) =>
      (await ask(opened, 'chat', { body: { ...STREAMED, model: String(i) } })).text(),
    ),
  )

  texts.forEach((text, i) => {
    expect(text.match(/"content":"\d+"/g)).toEqual(Array.from({ length: 20 }, () => `"content":"${i}"`))
  })
  await until(() => opened.gateway.account().requests === 40)
  const { models, unknown, tokens } = opened.gateway.account()
  expect([unknown, tokens.input]).toEqual([0, (39 * 40) / 2])
  expect(models.every(one => one.tokens.input === Number(one.model))).toBe(true)
})

test('more at once than there are places wait, and all are answered', async () => {
  let most = 0
  let now = 0
  const opened = await open(
    (_seen, response) => {
      now += 1
      most = Math.max(most, now)
      setTimeout(() => {
        now -= 1
        json(response, USAGE.chat)
      }, 20)
    },
    { most: { atOnce: 3 } },
  )

  const answers = await Promise.all(Array.from({ length: 12 }, () => ask(opened, 'chat')))

  expect(answers.map(answer => answer.status)).toEqual(Array(12).fill(200))
  expect(most).toBe(3)
})

test('a kept connection that the service closes in the moment of the next request', async () => {
  const used = new WeakSet<object>()
  const opened = await open((_seen, response) => {
    const { socket } = response
    if (socket === null || used.has(socket)) return void socket?.destroy()
    used.add(socket)
    json(response, USAGE.chat)
  })

  for (let i = 0; i < 3; i++) {
    const answer = await ask(opened, 'chat')
    expect([answer.status, await answer.json()]).toEqual([200, USAGE.chat])
  }
  expect(opened.gateway.account()).toMatchObject({ requests: 3, unknown: 0, failures: [] })
})

/** Connections that were used are kept, and answer as `again` says from then on. */
async function openKept(again: (response: ServerResponse) => void) {
  const used = new WeakSet<object>()
  const opened = await open(async (_seen, response) => {
    const { socket } = response
    if (socket === null || used.has(socket)) return again(response)
    used.add(socket)
    if (opened.upstream.seen.length <= 4) await until(() => opened.upstream.seen.length >= 4)
    json(response, USAGE.chat)
  })
  await Promise.all([1, 2, 3, 4].map(async () => (await ask(opened, 'chat')).text()))
  return opened
}

test('of several stale connections one is tried, and then a new one', async () => {
  const opened = await openKept(response => response.socket?.destroy())
  expect((await ask(opened, 'chat')).status).toBe(200)
  expect(opened.upstream.seen.length).toBe(4 + 2)
})

test('a service that worked before it hung up is not asked again, and is paid', async () => {
  const opened = await openKept(response => void setTimeout(() => response.socket?.destroy(), 1100))
  expect((await ask(opened, 'chat')).status).toBe(502)
  expect(opened.upstream.seen.length).toBe(4 + 1)
  await until(() => opened.gateway.account().requests === 5)
  expect(opened.gateway.account().unknown).toBe(1)
})
