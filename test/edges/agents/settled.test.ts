import { expect, test } from 'vitest'
import { openUpstream } from '../gateway/upstream.ts'
import { tryAttempt } from './attempt.ts'

test('a request that was open when its time was over is in what the attempt used', async () => {
  const server = await openUpstream((_seen, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'piece' } }] })}\n\n`)
  })
  const command = `curl -sSN "$CHORUS_OPENAI_BASE_URL/chat/completions" -H "authorization: Bearer $CHORUS_OPENAI_API_KEY" -d '{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}'`
  const agent = { cli: 'custom' as const, command, base_url: server.url }
  const end = await tryAttempt({ agent, keys: {}, minutes: 1 / 20 })
  expect(end).toMatchObject({ outcome: 'timed-out', account: { requests: 1, unknown: 1 } })
  expect(end.account?.tokens.input).toBeGreaterThan(0)
})
