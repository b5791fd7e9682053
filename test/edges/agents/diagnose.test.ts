import { expect, test } from 'vitest'
import type { AgentWord } from '../../../action/agents/agent.ts'
import { diagnose } from '../../../action/agents/diagnose.ts'
import { createAccountBook, type RequestRecord } from '../../../action/gateway/account.ts'
import { NO_TOKENS } from '../../../core/accounts/price.ts'

const WORD: AgentWord = {
  message: '',
  failure: { kind: 'crash', why: 'It fell over.' },
  usage: { tokensIn: null, tokensOut: null, tokensCached: null, costUsd: null },
  session: null,
}

function request(change: Partial<RequestRecord>): RequestRecord {
  const names = { pass: 'a', slot: 'model', protocol: 'chat', model: 'm', host: 'models.example' } as const
  const times = { at: 0, firstByteMs: null, ms: 1, bytes: 1 }
  const told = { hasTools: true, answers: 0, tokens: NO_TOKENS, known: true, costUsd: 0 }
  return { ...names, ...times, ...told, status: 200, end: 'done', failure: null, ...change }
}
const failed = (status: number, failure: RequestRecord['failure']) =>
  request({ status, failure, end: 'failed' })

/** What happened, oldest first: a request that went to a service, or the code of one that the gateway refused. */
test.each<[string, (RequestRecord | string)[], string]>([
  ['a model that it may not ask', ['model_not_allowed'], 'model'],
  ['it got over a refused side question', ['model_not_allowed', failed(429, 'overload')], 'overload'],
  ['it got over that, and fell', ['model_not_allowed', request({})], 'crash'],
  ['two failures with one status', [failed(400, 'overflow'), failed(400, 'refusal')], 'refusal'],
  ['another refusal came last', ['model_not_allowed', 'unknown_endpoint'], 'crash'],
])('only the last counts: %s', (_, happened, kind) => {
  const book = createAccountBook()
  for (const one of happened) typeof one === 'string' ? book.refuse(one) : book.add(one)
  expect(diagnose(WORD, { account: book.read(), ended: null, endedWell: false })?.kind).toBe(kind)
})

test.each<[string, { happened: RequestRecord[]; endedWell: boolean }, string | undefined]>([
  ['the key was not taken', { happened: [failed(401, 'auth')], endedWell: false }, 'auth'],
  ['it got over that', { happened: [failed(401, 'auth')], endedWell: true }, undefined],
  ['nothing was wrong with its model', { happened: [request({})], endedWell: false }, undefined],
])('a program that says nothing of itself: %s', (_, { happened, endedWell }, kind) => {
  const book = createAccountBook()
  for (const one of happened) book.add(one)
  const found = diagnose({ ...WORD, failure: null }, { account: book.read(), ended: null, endedWell })
  expect(found?.kind).toBe(kind)
})
