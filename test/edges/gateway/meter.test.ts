import { describe, expect, test } from 'vitest'
import { ask, BODIES, json, type Opened, open, sse, USAGE, until } from './upstream.ts'

type Kind = keyof typeof USAGE
const KINDS = ['responses', 'chat', 'messages', 'gemini'] as const

async function settled(opened: Opened, requests = 1) {
  await until(() => opened.gateway.account().requests === requests)
  return opened.gateway.account()
}

/** The same hundred and twenty tokens as each service tells them. */
const TOLD: Record<Kind, { input: number; cached: number; written: number; output: number }> = {
  responses: { input: 100, cached: 30, written: 0, output: 20 },
  chat: { input: 100, cached: 30, written: 0, output: 20 },
  messages: { input: 100, cached: 30, written: 10, output: 20 },
  gemini: { input: 100, cached: 30, written: 0, output: 20 },
}

const STREAMS: Record<Kind, unknown[]> = {
  responses: [
    { type: 'response.created', response: { status: 'in_progress', usage: null } },
    { type: 'response.output_text.delta', delta: 'hi' },
    { type: 'response.completed', response: { status: 'completed', ...USAGE.responses } },
  ],
  chat: [
    { choices: [{ index: 0, delta: { content: 'hi' }, finish_reason: null }], usage: null },
    { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: null },
    { choices: [], usage: USAGE.chat.usage },
    '[DONE]',
  ],
  messages: [
    { type: 'message_start', message: { usage: { ...USAGE.messages.usage, output_tokens: 1 } } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'hi' } },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 20 } },
    { type: 'message_stop' },
  ],
  gemini: [
    {
      candidates: [{ content: { parts: [{ text: 'hi' }] } }],
      usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 3, totalTokenCount: 103 },
    },
    USAGE.gemini,
  ],
}

describe.each(KINDS)('%s', kind => {
  test('in one piece', async () => {
    const opened = await open((_seen, response) => json(response, USAGE[kind]))

    expect(await (await ask(opened, kind)).json()).toEqual(USAGE[kind])

    const account = await settled(opened)
    expect(account).toMatchObject({ unknown: 0, tokens: TOLD[kind], failures: [], refused: {} })
    expect(account.latest[0]).toMatchObject({ status: 200, end: 'done', known: true, pass: 'attempt 1' })
    expect(opened.pass.account().tokens).toEqual(TOLD[kind])
  })

  test('as a stream', async () => {
    const opened = await open((_seen, response) => sse(response, STREAMS[kind]))

    await (await ask(opened, kind, { body: { ...BODIES[kind], stream: true } })).text()

    expect(await settled(opened)).toMatchObject({ unknown: 0, tokens: TOLD[kind] })
  })

  test('a stream without its end is an estimate, from what was told and said', async () => {
    const opened = await open((_seen, response) => sse(response, STREAMS[kind].slice(0, 2).slice(0, -1)))

    await (await ask(opened, kind, { body: { ...BODIES[kind], stream: true } })).text()

    const account = await settled(opened)
    expect(account).toMatchObject({ requests: 1, unknown: 1, latest: [{ known: false, end: 'done' }] })
    expect(account.tokens.input).toBeGreaterThan(0)
    if (kind === 'messages' || kind === 'gemini') expect(account.tokens.input).toBe(100)
  })

  test('an answer without usage counts as what was held back for it', async () => {
    const opened = await open((_seen, response) => json(response, {}))

    await (await ask(opened, kind)).text()

    const account = await settled(opened)
    expect(account.unknown).toBe(1)
    expect(account.tokens.output).toBe(kind === 'messages' ? 100 : 8192)
  })

  test('a problem costs nothing and is passed on as it is', async () => {
    const problem = { error: { message: 'Rate limit reached', type: 'x' } }
    const opened = await open((_seen, response) => {
      response.setHeader('retry-after', '3')
      json(response, problem, 429)
    })

    const answer = await ask(opened, kind)

    expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toEqual([
      429,
      '3',
      problem,
    ])
    expect(await settled(opened)).toMatchObject({
      unknown: 0,
      tokens: { input: 0, output: 0 },
      failures: [{ kind: 'overload', status: 429, count: 1 }],
    })
  })
})

describe('Chat Completions whose client did not ask for usage', () => {
  test.each<[string, { stream_options?: object }]>([
    ['nothing said of it', {}],
    ['asked not to', { stream_options: { include_usage: false, other: 1 } }],
  ])('%s: it is asked for, counted, and taken out again', async (_name, more) => {
    const opened = await open((_seen, response) => sse(response, STREAMS.chat))

    const answer = await ask(opened, 'chat', { body: { ...BODIES.chat, stream: true, ...more } })

    const text = STREAMS.chat.filter((_, i) => i !== 2)
    const expected = text.map(one => `data: ${typeof one === 'string' ? one : JSON.stringify(one)}\n\n`)
    expect(await answer.text()).toBe(expected.join(''))
    const { stream_options } = JSON.parse(opened.upstream.seen[0]!.body)
    expect(stream_options).toEqual({ ...more.stream_options, include_usage: true })
    expect(await settled(opened)).toMatchObject({ unknown: 0, tokens: TOLD.chat })
  })

  test('who asked gets it', async () => {
    const opened = await open((_seen, response) => sse(response, STREAMS.chat))
    const body = { ...BODIES.chat, stream: true, stream_options: { include_usage: true } }

    const text = await (await ask(opened, 'chat', { body })).text()

    expect(text).toContain(JSON.stringify(STREAMS.chat[2]))
    expect(JSON.parse(opened.upstream.seen[0]!.body)).toEqual(body)
  })

  test('not in one piece, where it comes by itself', async () => {
    const opened = await open((_seen, response) => json(response, USAGE.chat))

    await ask(opened, 'chat', { body: { ...BODIES.chat, stream: false } })

    expect(JSON.parse(opened.upstream.seen[0]!.body)).not.toHaveProperty('stream_options')
  })
})

describe('dialects', () => {
  test.each([
    ['reasoning beside the completion', { completion_tokens: 5, total_tokens: 120 }, 20],
    ['no total', { completion_tokens: 20 }, 20],
    ['a total that is too small', { completion_tokens: 20, total_tokens: 7 }, 20],
  ])('chat: %s', async (_name, told, output) => {
    const opened = await open((_seen, response) =>
      json(response, { ...USAGE.chat, usage: { prompt_tokens: 100, ...told } }),
    )
    await (await ask(opened, 'chat')).text()

    expect((await settled(opened)).tokens).toMatchObject({ input: 100, output })
  })

  test('chat: totals so far with every chunk are not added up', async () => {
    const chunk = (output: number, finish_reason: string | null) => ({
      choices: [{ delta: { content: 'x' }, finish_reason }],
      usage: { prompt_tokens: 100, completion_tokens: output },
    })
    const opened = await open((_seen, response) =>
      sse(response, [chunk(1, null), chunk(2, null), chunk(3, 'stop')]),
    )

    const text = await (await ask(opened, 'chat', { body: { ...BODIES.chat, stream: true } })).text()

    expect(text.match(/data:/g)).toHaveLength(3)
    expect(await settled(opened)).toMatchObject({ unknown: 0, tokens: { input: 100, output: 3 } })
  })

  test('gemini: an array of chunks for who does not ask for events', async () => {
    const opened = await open((_seen, response) => json(response, STREAMS.gemini))
    const url = `${opened.gateway.baseUrlFor('gemini')}/v1beta/models/m:streamGenerateContent`

    await fetch(url, { method: 'POST', headers: { 'x-goog-api-key': opened.pass.key }, body: '{}' })

    expect(await settled(opened)).toMatchObject({ unknown: 0, tokens: TOLD.gemini })
  })

  test('messages: the end tells the input again', async () => {
    const usage = { input_tokens: 80, cache_read_input_tokens: 50, output_tokens: 20 }
    const delta = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage }
    const opened = await open((_seen, response) => sse(response, [STREAMS.messages[0], delta]))

    await (await ask(opened, 'messages', { body: { ...BODIES.messages, stream: true } })).text()

    // What the end does not tell stays as the start told it.
    expect((await settled(opened)).tokens).toEqual({ input: 140, cached: 50, written: 10, output: 20 })
  })
})

describe('failures are told apart', () => {
  test.each([
    [401, 'Incorrect API key provided', 'auth'],
    [403, 'Your key may not use this model', 'auth'],
    [400, 'API key not valid. Please pass a valid API key.', 'auth'],
    [402, 'pay', 'quota'],
    [429, 'You exceeded your current quota, please check your plan and billing details.', 'quota'],
    [400, 'Your credit balance is too low', 'quota'],
    [429, 'Rate limit reached', 'overload'],
    [500, 'oops', 'overload'],
    [503, 'unavailable', 'overload'],
    [529, 'Overloaded', 'overload'],
    [400, 'prompt is too long: 210000 tokens > 200000 maximum', 'overflow'],
    [400, "This model's maximum context length is 8192 tokens", 'overflow'],
    [413, 'The input token count (2000000) exceeds the maximum number of tokens allowed', 'overflow'],
    [400, 'rejected by our content policy', 'refusal'],
    [404, 'The model `gpt-9` does not exist or you do not have access to it.', 'model'],
    [404, 'models/gemini-9 is not found for API version v1beta', 'model'],
    [404, 'page not found', 'other'],
    [400, 'Unknown parameter', 'other'],
  ])('%i %s: %s', async (status, message, kind) => {
    const told: unknown[] = []
    const opened = await open((_seen, response) => json(response, { error: { message } }, status), {
      onFailure: failure => void told.push(failure),
    })

    await (await ask(opened, 'chat')).text()
    await (await ask(opened, 'chat')).text()

    const failure = { kind, slot: 'compatible', host: new URL(opened.upstream.url).host, model: 'm', status }
    expect((await settled(opened, 2)).failures).toEqual([{ ...failure, count: 2 }])
    expect(told).toEqual([failure, failure])
  })

  test.each([
    ['responses', { type: 'response.failed', response: { error: { code: 'server_error' } } }, 'overload'],
    [
      'responses',
      { type: 'response.failed', response: { error: { code: 'context_length_exceeded' } } },
      'overflow',
    ],
    ['responses', { output: [{ content: [{ type: 'refusal', refusal: 'no' }] }] }, 'refusal'],
    ['chat', { error: { message: 'insufficient_quota' } }, 'quota'],
    ['chat', { choices: [{ delta: {}, finish_reason: 'content_filter' }] }, 'refusal'],
    ['messages', { type: 'error', error: { type: 'overloaded_error' } }, 'overload'],
    ['messages', { type: 'message_delta', delta: { stop_reason: 'refusal' }, usage: {} }, 'refusal'],
    ['gemini', { error: { code: 503, status: 'UNAVAILABLE' } }, 'overload'],
    ['gemini', { candidates: [{ finishReason: 'SAFETY' }] }, 'refusal'],
    ['gemini', { promptFeedback: { blockReason: 'OTHER' } }, 'refusal'],
  ] as const)('%s, after the stream has begun: %j', async (kind, event, expected) => {
    const opened = await open((_seen, response) => sse(response, [event]))

    await (await ask(opened, kind)).text()

    expect((await settled(opened)).failures).toMatchObject([{ kind: expected, status: 200, count: 1 }])
  })
})

test('the first request of the agent is the one that offers tools', async () => {
  const opened = await open((_seen, response) => json(response, USAGE.chat))
  const send = (extra: object) => ask(opened, 'chat', { body: { ...BODIES.chat, ...extra } })

  await send({})
  await send({ tools: [{ type: 'function', function: { name: 'edit', pad: 'x'.repeat(1000) } }] })
  await send({ tools: [{ type: 'function' }], pad: 'x'.repeat(5000) })

  const { firstBytes, largestBytes, firstByteMs } = await settled(opened, 3)
  expect(firstBytes).toBe(opened.upstream.seen[1]!.body.length)
  expect(largestBytes).toBe(opened.upstream.seen[2]!.body.length)
  expect(firstByteMs).toBeGreaterThan(0)
})

test('nothing of what was said is kept', async () => {
  const opened = await open((_seen, response) => json(response, { ...USAGE.chat, secret: 'ANSWER-TEXT' }))

  await ask(opened, 'chat', { body: { ...BODIES.chat, secret: 'PROMPT-TEXT' } })

  expect(JSON.stringify(await settled(opened))).not.toMatch(/ANSWER-TEXT|PROMPT-TEXT|hello/)
})
