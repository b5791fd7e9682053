import { describe, expect, test } from 'vitest'
import type { Amount } from '../../../action/gateway/purse.ts'
import { ask, BODIES, json, open, USAGE, until } from './upstream.ts'

const KINDS = ['responses', 'chat', 'messages', 'gemini'] as const

const FINAL = { responses: 400, chat: 403, messages: 400, gemini: 403 }

describe.each(KINDS)('%s', kind => {
  test('the answer when the budget is used up is final, in words, and ends the run once', async () => {
    const ends: string[] = []
    const opened = await open((_seen, response) => json(response, USAGE[kind]), {
      budget: { tokens: 120, costUsd: null },
      onEnd: reason => void ends.push(reason),
    })

    expect((await ask(opened, kind)).status).toBe(200)
    await until(() => opened.gateway.spent().tokens === 120)
    expect(ends).toEqual([])
    const last = [await ask(opened, kind), await ask(opened, kind)]

    // What the real programs do not try again after: see agent-clis.md, "How each ends".
    expect(last.map(answer => answer.status)).toEqual(Array(2).fill(FINAL[kind]))
    expect(last[0]!.headers.get('x-should-retry')).toBe('false')
    const reason = 'The budget of this run is used up: 120 tokens of 120 tokens. Do not try again.'
    expect(await last[0]!.json()).toMatchObject({ error: { message: reason } })
    expect(ends).toEqual([reason])
    expect(opened.gateway.ended()).toBe(reason)
    expect(opened.upstream.seen).toHaveLength(1)
    expect(opened.gateway.account()).toMatchObject({ requests: 1, refused: { budget_exhausted: 2 } })
  })
})

test('the shapes are those of the services', async () => {
  const opened = await open((_seen, response) => json(response, {}), { allow: ['other'] })
  const problems = await Promise.all(KINDS.map(async kind => (await ask(opened, kind)).json()))
  const message = 'The model "m" is not allowed in this run; allowed: other.'

  expect(problems).toEqual([
    { error: { message, type: 'invalid_request_error', param: null, code: 'model_not_allowed' } },
    { error: { message, type: 'invalid_request_error', param: null, code: 'model_not_allowed' } },
    { type: 'error', error: { type: 'invalid_request_error', message }, code: 'model_not_allowed' },
    {
      error: {
        code: 403,
        message,
        status: 'PERMISSION_DENIED',
        details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'MODEL_NOT_ALLOWED' }],
      },
    },
  ])
  // One side question with a wrong model is no end.
  expect(opened.gateway.ended()).toBe(null)
})

test.each([
  ['m', 200],
  ['gpt-5', 200],
  ['gpt-5.5-codex', 200],
  ['gpt-4', 403],
  ['M', 403],
  ['m ', 403],
  ['', 400],
])('allowed are m and gpt-5*: "%s" gets %i', async (model, status) => {
  const opened = await open((_seen, response) => json(response, USAGE.chat), { allow: ['m', 'gpt-5*'] })

  expect((await ask(opened, 'chat', { body: { ...BODIES.chat, model } })).status).toBe(status)
})

describe('costs', () => {
  const prices = {
    m: { in: 2, out: 10, cached: 0.5 },
    'm-*': { in: 1, out: 1 },
    'm-large*': { in: 4, out: 4 },
  }
  const cost = (kind: (typeof KINDS)[number]) =>
    kind === 'messages' ? (60 * 2 + 30 * 0.5 + 10 * 2.5 + 20 * 10) / 1e6 : (70 * 2 + 30 * 0.5 + 20 * 10) / 1e6

  test.each(KINDS)('%s: fresh, cached and written tokens each at their price', async kind => {
    const opened = await open((_seen, response) => json(response, USAGE[kind]), { prices })

    await (await ask(opened, kind)).text()

    await until(() => opened.gateway.account().requests === 1)
    expect(opened.gateway.account().costUsd).toBeCloseTo(cost(kind), 12)
    expect(opened.gateway.spent().costUsd).toBeCloseTo(cost(kind), 12)
  })

  test('the longest name that fits has the price; without one the cost is not known', async () => {
    const opened = await open((_seen, response) => json(response, USAGE.chat), { prices })
    for (const model of ['m-small', 'm-large-2', 'free'])
      await (await ask(opened, 'chat', { body: { ...BODIES.chat, model } })).text()

    await until(() => opened.gateway.account().requests === 3)
    const { models, costUsd } = opened.gateway.account()
    expect(models.map(one => [one.model, one.costUsd])).toEqual([
      ['m-small', expect.closeTo(120 / 1e6, 12)],
      ['m-large-2', expect.closeTo(480 / 1e6, 12)],
      ['free', null],
    ])
    expect(costUsd).toBe(null)
  })

  test('a budget in USD lets no model through that has no price', async () => {
    const opened = await open((_seen, response) => json(response, USAGE.chat), {
      prices,
      budget: { tokens: null, costUsd: 1 },
    })

    const answer = await ask(opened, 'chat', { body: { ...BODIES.chat, model: 'free' } })

    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({ error: { code: 'model_without_price' } })
    expect(opened.upstream.seen).toEqual([])
  })

  test('a budget in USD ends the run', async () => {
    const ends: string[] = []
    const opened = await open((_seen, response) => json(response, USAGE.chat), {
      prices,
      budget: { tokens: null, costUsd: 0.001 },
      onEnd: reason => void ends.push(reason),
    })
    const statuses: number[] = []
    while (statuses.at(-1) !== 403 && statuses.length < 10) {
      const answer = await ask(opened, 'chat')
      await answer.text()
      statuses.push(answer.status)
    }

    // 0.000355 each: two fit, the third overruns, the fourth is refused.
    expect(statuses).toEqual([200, 200, 200, 403])
    expect(ends).toEqual([
      expect.stringMatching(/^The budget of this run is used up: \$0\.0011 of \$0\.0010\./),
    ])
  })
})

test('a prompt that is larger than what is left is not sent', async () => {
  const opened = await open((_seen, response) => json(response, USAGE.chat), {
    budget: { tokens: 1000, costUsd: null },
  })

  const answer = await ask(opened, 'chat', { body: { ...BODIES.chat, pad: 'long '.repeat(1000) } })

  expect(answer.status).toBe(403)
  expect(await answer.json()).toMatchObject({
    error: {
      message: expect.stringMatching(
        /0 tokens of 1000 tokens, and this request needs about 12\d\d tokens more/,
      ),
    },
  })
  expect(opened.upstream.seen).toEqual([])
})

test('a picture is not taken for a long text', async () => {
  const opened = await open((_seen, response) => json(response, USAGE.chat), {
    budget: { tokens: 10_000, costUsd: null },
  })
  const url = `data:image/png;base64,${Buffer.alloc(1_000_000, 'picture').toString('base64')}`

  const answer = await ask(opened, 'chat', { body: { ...BODIES.chat, image: url } })

  expect(answer.status).toBe(200)
})

test('many at once overrun a budget no more than one does: they wait for each other', async () => {
  let [now, most] = [0, 0]
  const opened = await open(
    (_seen, response) => {
      now += 1
      most = Math.max(most, now)
      setTimeout(() => {
        now -= 1
        json(response, { ...USAGE.chat, usage: { prompt_tokens: 100, completion_tokens: 900 } })
      }, 10)
    },
    { budget: { tokens: 10_500, costUsd: null } },
  )

  const body = { ...BODIES.chat, max_tokens: 4000 }
  const answers = await Promise.all(Array.from({ length: 30 }, () => ask(opened, 'chat', { body })))

  const served = answers.filter(answer => answer.status === 200).length
  // 1000 each: the eleventh begins within the budget.
  expect(served).toBe(11)
  expect(opened.gateway.spent().tokens).toBe(11_000)
  expect(most).toBe(2)
  expect(answers.filter(answer => answer.status === 403)).toHaveLength(19)
})

test('who waits for room and leaves is not sent', async () => {
  const release: (() => void)[] = []
  const opened = await open((_seen, response) => void release.push(() => json(response, USAGE.chat)), {
    budget: { tokens: 10_000, costUsd: null },
  })
  const leave = new AbortController()
  const first = ask(opened, 'chat')
  await until(() => release.length === 1)
  const second = ask(opened, 'chat', { signal: leave.signal }).catch(() => 'left')
  const third = ask(opened, 'chat')

  leave.abort()
  expect(await second).toBe('left')
  release[0]!()
  expect((await first).status).toBe(200)
  await until(() => release.length === 2)
  release[1]!()

  expect((await third).status).toBe(200)
  expect(opened.upstream.seen).toHaveLength(2)
})

test('a warning at 80 %, once', async () => {
  const warnings: Amount[] = []
  const opened = await open((_seen, response) => json(response, USAGE.chat), {
    budget: { tokens: 1000, costUsd: null },
    onWarn: spent => void warnings.push(spent),
  })

  for (let i = 0; i < 8; i++) {
    await (await ask(opened, 'chat')).text()
    await until(() => opened.gateway.account().requests === i + 1)
    // 720 after six, 840 after seven.
    expect(warnings).toHaveLength(i < 6 ? 0 : 1)
  }
  expect(warnings[0]).toMatchObject({ tokens: 840 })
})

test('what is not told is paid from the budget too', async () => {
  const opened = await open((_seen, response) => json(response, {}), {
    budget: { tokens: 5000, costUsd: null },
  })

  await (await ask(opened, 'messages', { body: { ...BODIES.messages, max_tokens: 4990 } })).text()
  await until(() => opened.gateway.account().unknown === 1)

  expect((await ask(opened, 'messages')).status).toBe(400)
})
