import { expect, test } from 'vitest'
import { UNKNOWN_USAGE } from '../../../action/agents/agent.ts'
import { diagnose } from '../../../action/agents/diagnose.ts'
import { readAfter } from '../../../action/gateway/after.ts'
import { createPatience, type Patience, type Refused } from '../../../action/gateway/patience.ts'
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
        expect(text).toContain('has no room for m')
        expect(answer.headers.get('x-should-retry')).toBe('false')
      }
    }
    expect(statuses.slice(0, 8)).toEqual(Array(8).fill(429))
    // The ninth brings two minutes to an end, and is not told as what it is: who is told to come again waits for that.
    expect(statuses.slice(8)).toEqual(
      Array(6).fill({ responses: 400, chat: 403, messages: 400, gemini: 403 }[kind]),
    )
    expect(opened.upstream.seen).toHaveLength(9)
    // Whatever the program makes of it: there was no room, and another agent may have some. The run itself goes on.
    const account = opened.pass.account()
    expect(account.refused).toEqual({ no_room: 5 })
    const word = {
      message: '',
      usage: UNKNOWN_USAGE,
      session: null,
      failure: { kind: 'crash' as const, why: '' },
    }
    expect(diagnose(word, { account, ended: opened.gateway.ended(), endedWell: false })).toMatchObject({
      kind: 'overload',
    })
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

const failed = (at: number, over: Partial<Refused> = {}): Refused => ({
  ...{ slot: 's', model: 'm', at, failure: 'overload', after: null },
  ...over,
})
type Ended = Parameters<Patience['note']>[0]
const ended = (at: number, end: Ended['end'], failure: Ended['failure'] = 'overload'): Ended => {
  return { slot: 's', model: 'm', at, end, failure }
}
const many = (count: number, step: number) => Array.from({ length: count }, (_, i) => failed(i * step))

const long = many(10, 14_000)

test.each<[situation: string, told: (Refused | Ended)[], over: boolean]>([
  ['many within two minutes', many(10, 10_000), false],
  ['as many in more than two minutes', long, true],
  ['three, for two minutes', many(3, MINUTE), true],
  ['two, for long', many(2, 5 * MINUTE), false],
  ['ten at once, and nobody has asked since', many(10, 1), false],
  ['ten at once, and still no room two minutes later', [...many(10, 1), failed(2 * MINUTE)], true],
  ['ten at once, the first told last', [...many(10, 1), failed(2 * MINUTE), failed(5)], true],
  [
    'no quota, and nobody there',
    long.map((one, i) => ({ ...one, failure: i % 2 ? 'quota' : 'unreachable' })),
    true,
  ],
  ['a wrong key is no matter of patience', long.map(one => ({ ...one, failure: 'auth' as const })), false],
  ['one answer in between', [...long, ended(150_000, 'done', null), failed(160_000)], false],
  ['answers that only say that there is no room', long.map(({ at }) => ended(at, 'done')), true],
  ['answers that stop half way', long.map(({ at }) => ended(at, 'cut')), false],
  ['a stream that was cut was an answer', [...long, ended(150_000, 'cut')], false],
  ['who left has learned nothing', [...long, ended(150_000, 'gone')], true],
  ['to come back in a minute, once', [failed(0, { after: MINUTE })], false],
  [
    'to come back in a minute, again, after a minute',
    [0, 1].map(i => failed(i * MINUTE, { after: MINUTE })),
    false,
  ],
  ['to come back in an hour', [failed(0, { after: 60 * MINUTE })], true],
  [
    'to come back in a minute, when most of the time is over',
    [failed(0), failed(1.5 * MINUTE, { after: MINUTE })],
    true,
  ],
])('%s', (_, told, over) => {
  const patience = createPatience(2 * MINUTE)
  const ends = told.map(one => {
    if (!('end' in one)) return patience.refuse(one)
    patience.note(one)
    return patience.isOver(one)
  })
  expect(patience.isOver({ slot: 's', model: 'm' })).toBe(over)
  expect(ends.at(-1)).toBe(over)
})

test('without patience the third refusal is the last', () => {
  const patience = createPatience(0)
  expect([1, 2, 3].map(at => patience.refuse(failed(at)))).toEqual([false, false, true])
})

test.each<[headers: Record<string, string>, body: string, after: number | null]>([
  [{}, '', null],
  [{ 'retry-after': '30' }, '', 30_000],
  [{ 'retry-after': '0' }, '', 0],
  [{ 'retry-after': '30', 'retry-after-ms': '1500' }, '', 1500],
  [{ 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, '', 0],
  [{ 'retry-after': '-5' }, '', null],
  [{ 'retry-after': 'soon' }, '', null],
  [{}, '{"error":{"details":[{"retryDelay":"34.4s"}]}}', 34_400],
])('to be left alone: %j %s', (headers, body, after) => {
  const read = readAfter(headers, body)
  expect(read === null ? null : Math.round(read)).toBe(after)
})

test.each(KINDS)('%s: a service that wants to be left alone for an hour is not waited for', async kind => {
  const problem = { error: { message: 'Rate limit reached' } }
  const opened = await open((_seen, response) => {
    response.setHeader('retry-after', '3600')
    json(response, problem, 429)
  })
  const answer = await ask(opened, kind)
  expect(answer.status).toBe({ responses: 400, chat: 403, messages: 400, gemini: 403 }[kind])
  expect(answer.headers.get('retry-after')).toBeNull()
  expect(await answer.text()).toContain('has no room for m')
})
