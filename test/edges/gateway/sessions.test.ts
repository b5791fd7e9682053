import { expect, test } from 'vitest'
import { createAccountBook, type RequestRecord } from '../../../action/gateway/account.ts'
import { PROTOCOLS } from '../../../action/gateway/protocols/registry.ts'
import { NO_TOKENS } from '../../../core/accounts/price.ts'

test.each<[keyof typeof PROTOCOLS, object, number]>([
  ['messages', { messages: [{ role: 'user', content: 'Do it.' }] }, 0],
  ['messages', { messages: [{ role: 'user' }, { role: 'assistant' }, { role: 'user' }] }, 1],
  ['chat', { messages: [{ role: 'system' }, { role: 'user' }] }, 0],
  ['chat', { messages: [{ role: 'system' }, { role: 'user' }, { role: 'assistant' }, { role: 'user' }] }, 1],
  ['gemini', { contents: [{ role: 'user' }, { role: 'user' }] }, 0],
  ['gemini', { contents: [{ role: 'user' }, { role: 'model' }, { role: 'user' }] }, 1],
  ['responses', { input: 'Do it.' }, 0],
  [
    'responses',
    {
      input: [
        { type: 'message', role: 'developer' },
        { type: 'message', role: 'user' },
      ],
    },
    0,
  ],
  ['responses', { input: [{ role: 'user' }, { role: 'assistant' }, { type: 'function_call' }] }, 2],
  ['responses', { input: 'Go on.', previous_response_id: 'resp_1' }, 1],
  ['messages', { messages: 'nonsense' }, 0],
])('answers of a model that a request brings along: %s %j', (protocol, body, answers) => {
  expect(PROTOCOLS[protocol].answers({ ...body })).toBe(answers)
})

const asked = (answers: number, hasTools = true): RequestRecord => ({
  at: 0,
  pass: 'p',
  slot: 's',
  protocol: 'chat',
  model: 'm',
  bytes: 1,
  hasTools,
  answers,
  status: 200,
  firstByteMs: 1,
  ms: 1,
  tokens: NO_TOKENS,
  known: true,
  costUsd: 0,
  end: 'done',
  failure: null,
  host: 'h',
})

test.each<[string, readonly (RequestRecord | 'gone')[], { clients: number; resumed: number }]>([
  ['nothing was asked', [], { clients: 0, resumed: 0 }],
  [
    'what follows within a session is no other one',
    [asked(0), asked(1), asked(2)],
    { clients: 1, resumed: 0 },
  ],
  ['each start is fresh', [asked(0), asked(1), 'gone', asked(0), asked(1)], { clients: 2, resumed: 0 }],
  ['the second start goes on', [asked(0), asked(1), 'gone', asked(2)], { clients: 2, resumed: 1 }],
  ['already the first one does', [asked(4), asked(5)], { clients: 1, resumed: 1 }],
  ['a question for a title says nothing', [asked(3, false), asked(0)], { clients: 1, resumed: 0 }],
])('old sessions that were gone on with: %s', (_, seen, counted) => {
  const book = createAccountBook()
  for (const one of seen) one === 'gone' ? book.turn() : book.add(one)

  expect(book.read()).toMatchObject(counted)
})
