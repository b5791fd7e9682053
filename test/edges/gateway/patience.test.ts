import { expect, test } from 'vitest'
import { UNKNOWN_USAGE } from '../../../action/agents/agent.ts'
import { diagnose } from '../../../action/agents/diagnose.ts'
import { createPatience } from '../../../action/gateway/patience.ts'
import { ask, BODIES, json, open, USAGE } from './upstream.ts'

/** A program that asks for ever is told once and for all that there is no room: action/gateway/patience.ts says when. */
const MINUTE = 60_000
const KINDS = ['responses', 'chat', 'messages', 'gemini'] as const

test.each(KINDS)(
  '%s: after two minutes of nothing but refusals the last word is the gateway’s',
  async kind => {
    let now = 0
    const problem = { error: { message: 'Rate limit reached' } }
    const opened = await open((_seen, response) => json(response, problem, 429), { clock: () => now })
    const statuses: number[] = []
    for (let i = 0; i < 14; i++) {
      now += MINUTE / 4
      const answer = await ask(opened, kind)
      statuses.push(answer.status)
      const text = await answer.text()
      if (answer.status !== 429) {
        expect(text).toContain('has had no room for m for minutes')
        expect(answer.headers.get('x-should-retry')).toBe('false')
      }
    }
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(429))
    expect(statuses.slice(10)).toEqual(
      Array(4).fill({ responses: 400, chat: 403, messages: 400, gemini: 403 }[kind]),
    )
    expect(opened.upstream.seen).toHaveLength(10)
    // Whatever the program makes of it: there was no room, and another agent may have some. The run itself goes on.
    const account = opened.pass.account()
    expect(account.refused).toEqual({ no_room: 4 })
    const word = {
      message: '',
      usage: UNKNOWN_USAGE,
      session: null,
      failure: { kind: 'crash' as const, why: '' },
    }
    expect(diagnose(word, account, opened.gateway.ended())).toMatchObject({ kind: 'overload' })
    expect(opened.gateway.ended()).toBeNull()
  },
)

test('another model of the same service, and another attempt, are asked for themselves', async () => {
  let now = 0
  const opened = await open(
    ({ body }, response) =>
      body.includes('"m"') ? json(response, { error: {} }, 503) : json(response, USAGE.chat),
    { clock: () => now },
  )
  for (let i = 0; i < 12; i++) {
    now += MINUTE / 5
    await (await ask(opened, 'chat')).text()
  }
  expect((await ask(opened, 'chat')).status).toBe(403)
  expect((await ask(opened, 'chat', { body: { ...BODIES.chat, model: 'other' } })).status).toBe(200)
  const next = opened.gateway.enter('attempt 2')
  expect((await ask({ ...opened, pass: next }, 'chat')).status).toBe(503)
})

test('who was refused many times at once, and waits for two minutes as it was told, is served', async () => {
  let now = 0
  let served = 0
  const opened = await open(
    (_seen, response) =>
      ++served > 10 ? json(response, USAGE.chat) : json(response, { error: { message: 'busy' } }, 429),
    { clock: () => now },
  )
  const first = await Promise.all(Array.from({ length: 10 }, () => ask(opened, 'chat')))
  expect(first.map(({ status }) => status)).toEqual(Array(10).fill(429))
  now += 2 * MINUTE
  expect((await ask(opened, 'chat')).status).toBe(200)
})

type Noted = Parameters<ReturnType<typeof createPatience>['note']>[0]
const failed = (at: number, over: Partial<Noted> = {}): Noted => ({
  ...{ slot: 's', model: 'm', at, end: 'failed', failure: 'overload' },
  ...over,
})
const many = (count: number, step: number) => Array.from({ length: count }, (_, i) => failed(i * step))

const long = many(10, 14_000)

test.each<[situation: string, records: Noted[], over: boolean]>([
  ['ten within two minutes', many(10, 10_000), false],
  ['ten in more than two minutes', long, true],
  ['few, for long', many(9, MINUTE), false],
  ['ten at once, and nobody has asked since', many(10, 1), false],
  ['ten at once, and still no room two minutes later', [...many(10, 1), failed(2 * MINUTE)], true],
  ['ten at once, the first told last', [...many(10, 1), failed(2 * MINUTE), failed(5)], true],
  [
    'no quota, and nobody there',
    long.map((one, i) => ({ ...one, failure: i % 2 ? 'quota' : 'unreachable' })),
    true,
  ],
  ['a wrong key is no matter of patience', long.map(one => ({ ...one, failure: 'auth' as const })), false],
  [
    'one answer in between',
    [...long, failed(150_000, { end: 'done', failure: null }), failed(160_000)],
    false,
  ],
  [
    'a stream that was cut was an answer',
    [...long, failed(150_000, { end: 'cut', failure: 'unreachable' })],
    false,
  ],
  ['who left has learned nothing', [...long, failed(150_000, { end: 'gone', failure: null })], true],
])('%s', (_, records, over) => {
  const patience = createPatience()
  for (const record of records) patience.note(record)
  expect(patience.isOver({ slot: 's', model: 'm' })).toBe(over)
})
