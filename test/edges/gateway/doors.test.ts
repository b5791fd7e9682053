import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { openGateway } from '../../../action/gateway/gateway.ts'
import { ask, json, type Opened, open, REAL, USAGE, until } from './upstream.ts'

const KINDS = ['responses', 'chat', 'messages', 'gemini'] as const

/** A request as bytes: what no library would send. */
async function raw({ gateway }: Opened, text: string): Promise<string> {
  const socket = connect(gateway.port, '127.0.0.1')
  socket.setEncoding('utf8')
  let said = ''
  socket.on('data', piece => {
    said += piece
  })
  socket.on('error', () => {})
  socket.write(text)
  await once(socket, 'close')
  return said
}

function lines(...all: string[]): string {
  return `${all.join('\r\n')}\r\n\r\n`
}

describe('keys', () => {
  test.each(KINDS)('%s: the service gets the real key, and the client never sees it', async kind => {
    const opened = await open((_seen, response) => json(response, USAGE[kind]))

    const answer = await ask(opened, kind)

    expect(answer.status).toBe(200)
    const { headers } = opened.upstream.seen[0]!
    const keys = [headers.authorization, headers['x-api-key'], headers['x-goog-api-key']]
    expect(keys.filter(key => key !== undefined)).toEqual([expect.stringContaining(REAL)])
    expect(JSON.stringify(opened.upstream.seen)).not.toContain(opened.pass.key)
    expect(`${await answer.text()}${JSON.stringify([...answer.headers])}`).not.toContain(REAL)
  })

  test('a key in the query is taken, and not passed on', async () => {
    const opened = await open((_seen, response) => json(response, USAGE.gemini))
    const url = `${opened.gateway.baseUrlFor('gemini')}/v1beta/models/m:streamGenerateContent`

    const answer = await fetch(`${url}?alt=sse&key=${opened.pass.key}&trace=on`, {
      method: 'POST',
      body: '{}',
    })

    expect(answer.status).toBe(200)
    expect(opened.upstream.seen[0]!.url).toBe('/up/gemini/v1beta/models/m:streamGenerateContent?alt=sse')
  })

  test.each([
    ['none', ''],
    ['another', 'sk-chorus-0000'],
    ['the real one', REAL],
    ['half of it', 'half'],
  ])('wrong key: %s', async (name, wrong) => {
    const opened = await open((_seen, response) => json(response, USAGE.chat))
    const key = name === 'half of it' ? opened.pass.key.slice(0, -1) : wrong

    for (const kind of KINDS) {
      const answer = await ask(opened, kind, { key })
      expect(answer.status).toBe(401)
      expect(await answer.json()).toHaveProperty('error')
    }
    expect(opened.upstream.seen).toEqual([])
  })

  test('a pass opens its own slots and models only, until it ends', async () => {
    const opened = await open((_seen, response) => json(response, USAGE.chat), { allow: ['m', 'n'] })
    const pass = opened.gateway.enter('attempt 2', { slots: ['compatible'], models: ['n', 'o'] })
    const status = async (kind: 'chat' | 'responses', model: string) =>
      (await ask({ ...opened, pass }, kind, { body: { model, messages: [] } })).status

    expect(await status('chat', 'n')).toBe(200)
    // On one list each, and so on neither both.
    expect(await status('chat', 'm')).toBe(403)
    expect(await status('chat', 'o')).toBe(403)
    expect(await status('responses', 'n')).toBe(403)
    pass.end()
    expect(await status('chat', 'n')).toBe(401)
    expect((await ask(opened, 'chat')).status).toBe(200)
    expect(pass.account()).toMatchObject({
      requests: 1,
      refused: { model_not_allowed: 2, unknown_endpoint: 1 },
    })
    expect(opened.gateway.account().requests).toBe(2)
  })

  test('what the gateway says of itself has no key in it', async () => {
    const { gateway, pass } = await open((_seen, response) => json(response, USAGE.chat))
    const said = [JSON.stringify(gateway), inspect(gateway, { depth: 20, showHidden: true }), String(gateway)]

    expect(said.join('\n')).not.toContain(REAL)
    expect(JSON.stringify(gateway.account())).not.toContain(pass.key)
    const secret = 'no\nkey-at-all'
    const bad = openGateway({
      slots: [{ name: 'openai', family: 'openai', key: secret }],
      budget: { tokens: null, costUsd: null },
      allow: null,
    })
    const error = await bad.catch(error => error)
    expect(error.message).toBe('the key of slot "openai" is no key')
  })

  test.each([
    ['a header', (key: string) => ({ head: key, body: '{}' })],
    ['the body', (key: string) => ({ head: 'x', body: JSON.stringify({ said: key }) })],
  ])('a service that repeats the key in %s of an error', async (_where, make) => {
    const { head, body } = make(REAL)
    const opened = await open((_seen, response) =>
      response.writeHead(401, { 'x-echo': head, 'content-type': 'application/json' }).end(body),
    )

    const answer = await ask(opened, 'chat')

    expect(answer.status).toBe(401)
    expect(`${await answer.text()}${JSON.stringify([...answer.headers])}`).not.toContain(REAL)
    expect(opened.gateway.account().failures).toMatchObject([{ kind: 'auth', status: 401, count: 1 }])
  })

  test('a service that repeats the key within a stream, in two pieces', async () => {
    const opened = await open((_seen, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`data: {"a":"${REAL.slice(0, 10)}`)
      setTimeout(() => response.end(`${REAL.slice(10)}"}\n\n`), 50)
    })

    const text = await ask(opened, 'messages')
      .then(
        answer => answer.text(),
        () => 'cut',
      )
      .catch(() => 'cut')

    expect(text).toBe('cut')
  })

  test('a long error that is cut within the key', async () => {
    const opened = await open((_seen, response) =>
      response.writeHead(500).end(`${'x'.repeat(64 * 1024 - 10)}${REAL}${'y'.repeat(1000)}`),
    )

    expect(await (await ask(opened, 'chat')).text()).not.toContain(REAL.slice(0, 8))
  })
})

describe('no open proxy', () => {
  test.each([
    ['POST', '/openai/v1/files'],
    ['GET', '/openai/v1/responses/resp_1'],
    ['DELETE', '/openai/v1/models/m'],
    ['POST', '/openai/v1/responses/../files'],
    ['POST', '/openai/v1/responses/%2e%2e/files'],
    ['POST', '/openai/v1/responses%2f..%2ffiles'],
    ['POST', '/openai/v1//responses'],
    ['POST', '/openai/../anthropic/v1/messages'],
    ['GET', '/openai/v1/models/..'],
    ['GET', '/openai/v1/models/a%2fb'],
    ['POST', '/anthropic/v1/messages/batches'],
    ['POST', '/anthropic/v1/messages;x=1'],
    ['POST', '/gemini/v1beta/models/..:generateContent'],
    ['POST', '/gemini/v1beta/models/m:generateContent:countTokens'],
    ['POST', '/gemini/v1beta/cachedContents'],
    ['POST', '/gemini/upload/v1beta/files'],
    ['GET', '/nobody/v1/models'],
    ['GET', '/'],
    ['GET', 'http://example.com/openai/v1/models'],
    ['GET', '/openai/v1/models?x=1#y'],
    ['OPTIONS', '*'],
    ['TRACE', '/openai/v1/models'],
  ])('%s %s', async (method, target) => {
    const opened = await open((_seen, response) => json(response, {}))

    const said = await raw(
      opened,
      lines(
        `${method} ${target} HTTP/1.1`,
        'Host: 127.0.0.1',
        'Connection: close',
        `Authorization: Bearer ${opened.pass.key}`,
      ),
    )

    expect(said).toMatch(/^HTTP\/1\.1 403 /)
    expect(said).toMatch(/not a request to a model|No model service/)
    expect(opened.upstream.seen).toEqual([])
  })

  test('CONNECT, upgrades and requests that smuggle', async () => {
    const opened = await open((_seen, response) => json(response, {}))
    const key = `Authorization: Bearer ${opened.pass.key}`
    const post = 'POST /openai/v1/responses HTTP/1.1'

    expect(await raw(opened, lines('CONNECT example.com:443 HTTP/1.1', 'Host: example.com', key))).toBe('')
    const upgrade = ['Connection: Upgrade, close', 'Upgrade: websocket']
    expect(await raw(opened, lines('GET /openai/v1/responses HTTP/1.1', 'Host: a', key, ...upgrade))).toMatch(
      /^HTTP\/1\.1 403 /,
    )
    const both = lines(post, 'Host: a', key, 'Content-Length: 4', 'Transfer-Encoding: chunked')
    expect(await raw(opened, `${both}0\r\n\r\nGET / HTTP/1.1\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /)
    expect(await raw(opened, lines(post, 'Host: a', `${key}\rX-Injected: yes`))).toMatch(/^HTTP\/1\.1 400 /)
    expect(opened.upstream.seen).toEqual([])
  })

  test('only headers that a model service needs go on', async () => {
    const opened = await open((_seen, response) => json(response, USAGE.messages))

    await ask(opened, 'messages', {
      headers: {
        'anthropic-version': '2023-06-01',
        'anthropic-beta': 'a,b',
        'x-stainless-retry-count': '0',
        'x-claude-code-session-id': 's1',
        authorization: `Bearer ${opened.pass.key}`,
        cookie: 'a=b',
        'openai-organization': 'org-other',
        'x-goog-user-project': 'other',
        'x-forwarded-for': '10.0.0.1',
        'proxy-authorization': 'Basic x',
        'api-key': 'mine',
        'accept-encoding': 'gzip, br',
      },
    })

    const {
      host,
      'content-length': _length,
      'user-agent': _agent,
      ...headers
    } = opened.upstream.seen[0]!.headers
    expect(host).toBe(new URL(opened.upstream.url).host)
    expect(headers).toEqual({
      accept: '*/*',
      'accept-encoding': 'identity',
      'accept-language': '*',
      'anthropic-beta': 'a,b',
      'anthropic-version': '2023-06-01',
      connection: 'keep-alive',
      'content-type': 'application/json',
      'x-api-key': REAL,
      'x-claude-code-session-id': 's1',
      'x-stainless-retry-count': '0',
    })
  })

  test('what binds a client elsewhere does not come back', async () => {
    const opened = await open((_seen, response) => {
      response.setHeader('connection', 'x-hop')
      response.setHeader('x-hop', '1')
      response.setHeader('set-cookie', 'a=b')
      response.setHeader('alt-svc', 'h3=":443"')
      response.setHeader('retry-after', '7')
      response.setHeader('request-id', 'r1')
      json(response, USAGE.chat)
    })

    const { headers } = await ask(opened, 'chat')

    expect(Object.fromEntries(headers)).toMatchObject({ 'retry-after': '7', 'request-id': 'r1' })
    for (const name of ['x-hop', 'set-cookie', 'alt-svc']) expect(headers.has(name)).toBe(false)
  })

  test('a redirect is not followed and not passed on', async () => {
    const opened = await open((_seen, response) =>
      response.writeHead(307, { location: 'http://169.254.169.254/' }).end(),
    )

    const answer = await ask(opened, 'chat')

    expect(answer.status).toBe(502)
    expect(answer.headers.has('location')).toBe(false)
    expect(opened.upstream.seen).toHaveLength(1)
  })
})

describe('what would not be counted', () => {
  test.each([
    ['chat', { models: ['other'] }, '"models"'],
    ['chat', { Model: 'other' }, 'a second name for the model'],
    ['chat', { plugins: [{ id: 'web' }] }, '"plugins"'],
    ['chat', { web_search_options: {} }, '"web_search_options"'],
    ['responses', { background: true }, '"background"'],
    ['responses', { service_tier: 'priority' }, 'the service tier "priority"'],
    ['responses', { tools: [{ type: 'web_search_preview' }] }, 'the hosted tool "web_search_preview"'],
    ['responses', { tools: [{ type: 'mcp', server_url: 'http://x' }] }, 'the hosted tool "mcp"'],
    ['messages', { mcp_servers: [{ url: 'http://x' }] }, '"mcp_servers"'],
    ['messages', { tools: [{ type: 'web_fetch_20250910' }] }, 'the hosted tool "web_fetch_20250910"'],
    ['gemini', { tools: [{ urlContext: {} }] }, 'the hosted tool "urlContext"'],
  ] as const)('%s: %j', async (kind, more, what) => {
    const opened = await open((_seen, response) => json(response, USAGE[kind]))

    const answer = await ask(opened, kind, { body: { model: 'm', ...more } })

    expect(answer.status).toBe(400)
    expect(JSON.stringify(await answer.json())).toContain(JSON.stringify(what).slice(1, -1))
    expect(opened.upstream.seen).toEqual([])
    expect(opened.gateway.ended()).toBe(null)
  })

  test('a model that is named twice is judged as it is sent', async () => {
    const opened = await open((_seen, response) => json(response, USAGE.chat), { allow: ['cheap'] })
    const send = (body: string) =>
      fetch(`${opened.gateway.baseUrlFor('compatible')}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${opened.pass.key}` },
        body,
      })

    expect((await send('{"model":"cheap","model":"dear"}')).status).toBe(403)
    expect((await send('{"model":"dear","mod\\u0065l":"cheap"}')).status).toBe(200)
    expect(opened.upstream.seen.map(seen => seen.body)).toEqual(['{"model":"cheap"}'])
  })

  test('another model in the body than in the path', async () => {
    const opened = await open((_seen, response) => json(response, USAGE.gemini), { allow: ['m'] })

    const answer = await ask(opened, 'gemini', { body: { model: 'models/dear', contents: [] } })

    expect(answer.status).toBe(403)
    expect(opened.upstream.seen).toEqual([])
  })

  test.each([
    '',
    '[]',
    'null',
    '{"model":',
    '{"messages":[]}',
    '{"model":7}',
    `{"model":"m","x":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
  ])('a body that cannot be read: %#', async body => {
    const opened = await open((_seen, response) => json(response, USAGE.chat))

    const answer = await fetch(`${opened.gateway.baseUrlFor('compatible')}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${opened.pass.key}` },
      body,
    })

    expect(answer.status).toBe(400)
    expect(opened.upstream.seen).toEqual([])
  })
})

test('programs may knock, list models and count tokens; it costs nothing', async () => {
  const opened = await open((seen, response) => json(response, { path: seen.url, input_tokens: 9 }), {
    budget: { tokens: 1, costUsd: 0.1 },
  })
  const { gateway, pass } = opened
  const headers = { authorization: `Bearer ${pass.key}` }
  const get = (slot: string, path: string) => fetch(`${gateway.baseUrlFor(slot)}${path}`, { headers })

  expect((await fetch(gateway.baseUrlFor('anthropic'), { method: 'HEAD' })).status).toBe(200)
  expect(await (await get('openai', '/models?client_version=1')).json()).toMatchObject({
    path: '/up/openai/models',
  })
  expect(await (await get('anthropic', '/v1/models?limit=20')).json()).toMatchObject({
    path: '/up/anthropic/v1/models?limit=20',
  })
  const odd = '/v1/models?limit=1%26key%3Dx&after_id=..%2f&before_id=a%0d%0ab&key=x&limit=5'
  expect(await (await get('anthropic', odd)).json()).toMatchObject({ path: '/up/anthropic/v1/models' })
  const counted = await fetch(`${gateway.baseUrlFor('anthropic')}/v1/messages/count_tokens?beta=true`, {
    method: 'POST',
    headers,
    body: '{"model":"m"}',
  })
  expect(await counted.json()).toMatchObject({ path: '/up/anthropic/v1/messages/count_tokens?beta=true' })
  expect(gateway.account()).toMatchObject({ requests: 0, tokens: { input: 0, output: 0 } })
})

test('whoever holds connections without a key takes none from who has one', async () => {
  const opened = await open((_seen, response) => json(response, USAGE.chat))
  const strangers: Socket[] = []
  let gone = 0
  // A few hundred at a time: what a kernel cannot put in its queue at once it may forget without telling who knocked.
  for (let round = 0; round < 6; round++) {
    const more = Array.from({ length: 200 }, () => connect(opened.gateway.port, '127.0.0.1'))
    for (const socket of more) socket.on('error', () => {}).on('close', () => gone++)
    strangers.push(...more)
    const asked = Array.from({ length: 4 }, async () => (await ask(opened, 'chat')).status)
    expect(await Promise.all(asked)).toEqual(Array(4).fill(200))
    await until(() => gone >= strangers.length - 64)
  }
  expect((await ask(opened, 'chat')).status).toBe(200)
  for (const socket of strangers) socket.destroy()
})
