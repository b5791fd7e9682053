import { describe, expect, test } from 'vitest'
import { CLIENTS } from './clients.ts'
import { ask, openServer, planned } from './talk.ts'

describe.each(CLIENTS)('$name', client => {
  test('fails so many times, then recovers', async () => {
    const server = await openServer()
    const prompt = planned('fail 429 x2 retry-after=3\nfail 500\nsay Fine.')
    const told = []
    for (let n = 0; n < 4; n += 1) told.push(await ask(server, client, { prompt }))
    expect(told.map(({ status }) => status)).toEqual([429, 429, 500, 200])
    expect(told[0]?.headers.get('retry-after')).toBe('3')
    expect(told[2]?.headers.get('retry-after')).toBeNull()
    if (client.name === 'gemini') expect(told[0]?.body).toContain('"retryDelay":"3s"')
    expect(server.usage()[0]?.served).toEqual(server.usage()[0]?.told)
    expect(server.requests.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed', 'answered'])
  })

  test('fails always, in the words of its protocol', async () => {
    const server = await openServer()
    const words: Record<string, RegExp> = {
      '401 always': /invalid_api_key|authentication_error|UNAUTHENTICATED/,
      '403 always': /permission_denied|permission_error|PERMISSION_DENIED/,
      '429 always': /rate_limit_exceeded|rate_limit_error|RESOURCE_EXHAUSTED/,
      '429 always quota': /insufficient_quota|billing_error|quota/,
      '400 context': /context_length_exceeded|prompt is too long/,
      '500 always': /server_error|api_error|INTERNAL/,
      '503 always': /overloaded|api_error|UNAVAILABLE/,
      '529 always': /overloaded|UNKNOWN/,
    }
    for (const [fault, pattern] of Object.entries(words)) {
      const told = await ask(server, client, { prompt: planned(`fail ${fault}`) })
      expect(told.status).toBe(Number(fault.slice(0, 3)))
      expect(told.body).toMatch(pattern)
    }
  })

  test('a prompt that does not fit', async () => {
    const server = await openServer()
    const prompt = planned('limit 200\nsay Fits.')
    expect((await ask(server, client, { prompt })).status).toBe(200)
    const long = await ask(server, client, { prompt: prompt + 'x'.repeat(1000) })
    expect(long.status).toBe(400)
    expect(long.body).toMatch(/too long|context_length_exceeded/)
  })

  test.each([true, false])('a stream that is cut, then whole; stream %s', async stream => {
    const server = await openServer()
    const prompt = planned(`cut\nsay ${'many words '.repeat(40)}`)
    await expect(ask(server, client, { prompt, stream })).rejects.toThrow(/terminated|closed|fetch failed/)
    expect((await ask(server, client, { prompt, stream })).text).toContain('words many')
    const [cut, whole] = server.requests
    expect(cut).toMatchObject({ outcome: 'cut', told: false })
    expect(cut?.tokens.output).toBeLessThan(whole?.tokens.output ?? 0)
    const [row] = server.usage()
    expect(row?.told.output).toBe(whole?.tokens.output)
    expect(row?.served.output).toBe((whole?.tokens.output ?? 0) + (cut?.tokens.output ?? 0))
  })

  test('a problem in the middle of a stream', async () => {
    const server = await openServer()
    const told = await ask(server, client, {
      prompt: planned('fail 529 late\nsay Half of this and no more.'),
    })
    expect(told.status).toBe(200)
    expect(told.body).toMatch(/[Oo]verloaded|UNKNOWN/)
    expect(server.requests[0]).toMatchObject({ outcome: 'failed', told: false })
  })

  test('hangs until the client leaves, before or within the answer', async () => {
    const server = await openServer()
    for (const plan of ['hang x1\nsay Back.', 'hang x1 late\nsay Back again.']) {
      const prompt = planned(plan)
      await expect(ask(server, client, { prompt }, AbortSignal.timeout(300))).rejects.toThrow(
        /timeout|aborted/,
      )
      expect((await ask(server, client, { prompt })).text).toContain('Back')
    }
    expect(server.requests.map(({ outcome }) => outcome)).toEqual(['hung', 'answered', 'hung', 'answered'])
  })

  test('slow: a token takes its time', async () => {
    const server = await openServer()
    const text = 'x'.repeat(80)
    const begun = performance.now()
    await ask(server, client, { prompt: planned(`slow 10ms/token\nsay ${text}`) })
    expect(performance.now() - begun).toBeGreaterThan(20 * 10 * 0.9)
  })

  test('a client that leaves in the middle is known', async () => {
    const server = await openServer()
    const prompt = planned(`slow 20ms/token\nsay ${'x'.repeat(400)}`)
    await expect(ask(server, client, { prompt }, AbortSignal.timeout(400))).rejects.toThrow(/timeout|aborted/)
    await expect.poll(() => server.requests[0]?.outcome).toBe('gone')
    expect(server.requests[0]?.told).toBe(false)
  })
})

test('only its keys are taken, and every key that came is kept with where it was', async () => {
  const server = await openServer({ keys: ['good'] })
  for (const client of CLIENTS)
    expect((await ask(server, client, { prompt: planned('say Hi.') })).status).toBe(401)
  expect(server.requests.map(({ key, keyIn }) => `${keyIn} ${key}`)).toEqual([
    'authorization k',
    'authorization k',
    'x-api-key k',
    'x-goog-api-key k',
  ])
  server.rules.keys = ['k']
  expect((await ask(server, CLIENTS[0]!, { prompt: planned('say Hi.') })).text).toBe('Hi.')
})
