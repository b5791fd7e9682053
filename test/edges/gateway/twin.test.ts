import { expect, onTestFinished, test } from 'vitest'
import { openGateway } from '../../../action/gateway/gateway.ts'
import { addTokens, NO_TOKENS } from '../../../core/accounts/price.ts'
import { createModelServer } from '../../../twin/models/server.ts'
import { ask, BODIES, type Opened, REAL, until } from './upstream.ts'

/** The first attempt is refused, the second cut, the others are answered in full. */
const PLAN = [
  'fail 429 x1',
  'cut x1',
  'think 40',
  `say ${'This is an answer with some words. '.repeat(20)}`,
].join('\n')

async function openBoth(): Promise<Opened & { server: Awaited<ReturnType<typeof createModelServer>> }> {
  const server = await createModelServer({ keys: [REAL], plans: { '*': PLAN } })
  onTestFinished(() => server.close())
  const gateway = await openGateway({
    slots: [
      { name: 'openai', family: 'openai', key: REAL, base: server.openaiUrl },
      { name: 'compatible', family: 'compatible', key: REAL, base: server.openaiUrl },
      { name: 'anthropic', family: 'anthropic', key: REAL, base: server.anthropicUrl },
      { name: 'gemini', family: 'gemini', key: REAL, base: server.geminiUrl },
    ],
    budget: { tokens: null, costUsd: null },
    allow: null,
  })
  onTestFinished(() => gateway[Symbol.asyncDispose]())
  return { gateway, pass: gateway.enter('attempt 1'), upstream: { url: server.url, seen: [] }, server }
}

const question = 'What is to be said of this? '.repeat(100)

const SAID = {
  responses: {
    ...BODIES.responses,
    input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: question }] }],
  },
  chat: { ...BODIES.chat, messages: [{ role: 'user', content: question }] },
  messages: {
    ...BODIES.messages,
    messages: [
      { role: 'user', content: [{ type: 'text', text: question, cache_control: { type: 'ephemeral' } }] },
    ],
  },
  gemini: { contents: [{ role: 'user', parts: [{ text: question }] }] },
}

test.each(
  (['responses', 'chat', 'messages', 'gemini'] as const).flatMap(kind => [
    [kind, false] as const,
    [kind, true] as const,
  ]),
)('%s, streaming %s: the gateway counts what the server has served', async (kind, stream) => {
  const opened = await openBoth()
  const { gateway, pass, server } = opened
  const send = () => {
    if (kind !== 'gemini')
      return ask(opened, kind, { body: { ...SAID[kind], ...(stream ? { stream } : {}) } })
    const method = stream ? 'streamGenerateContent?alt=sse' : 'generateContent'
    return fetch(`${gateway.baseUrlFor('gemini')}/v1beta/models/m:${method}`, {
      method: 'POST',
      headers: { 'x-goog-api-key': pass.key },
      body: JSON.stringify(SAID.gemini),
    })
  }

  // The same question again: after the first answer the server has it in its cache.
  for (let i = 0; i < 5; i++) await (await send()).text().catch(() => 'cut')

  await until(() => gateway.account().requests === 5)
  const { latest, unknown, failures } = gateway.account()
  const [row] = server.usage()
  const told = row?.told ?? { input: 0, cached: 0, cacheWritten: 0, output: 0 }
  const counted = latest.filter(one => one.known).reduce((sum, one) => addTokens(sum, one.tokens), NO_TOKENS)
  expect(told.cached).toBeGreaterThan(0)
  expect(counted).toEqual({
    input: told.input,
    cached: told.cached,
    written: told.cacheWritten,
    output: told.output,
  })
  expect([unknown, latest.map(one => one.end)]).toEqual([1, ['failed', 'cut', 'done', 'done', 'done']])
  expect(failures.map(one => one.kind)).toEqual(['overload', 'unreachable'])
  expect(server.requests.every(request => request.key === REAL)).toBe(true)
})
