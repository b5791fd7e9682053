import { expect, onTestFinished, test } from 'vitest'
import type { Protection } from '../../../core/words/protection.ts'
import { createModelServer } from '../../../twin/models/server.ts'
import { tryAttempt } from './attempt.ts'
import { REAL_KEY } from './given.ts'

const ASK = `curl -sS "$CHORUS_OPENAI_BASE_URL/models" -H "authorization: Bearer $CHORUS_OPENAI_API_KEY" > models.json`
const KEYS = { CHORUS_KEY_1: REAL_KEY }

type Wish = { same_user: boolean; keys: Record<string, string>; processes?: boolean }

/** An attempt on a machine that cannot run an agent as another user. */
async function attempt({ same_user, keys, processes = false }: Wish) {
  const known = Object.values(keys)
  const server = await createModelServer(known.length === 0 ? {} : { keys: known })
  onTestFinished(() => server.close())
  const agent = {
    cli: 'custom',
    command: ASK,
    base_url: server.openaiUrl,
    secrets: ['CHORUS_KEY_1'],
    same_user,
  }
  const protection = { user: false, processes, network: false, missing: [] }
  const { outcome, summary } = await tryAttempt({ agent, keys, protection })
  return { outcome, summary, asked: server.requests.length }
}

test.each([
  ['where the agent could read our memory', false],
  ['where it has processes of its own, but our sockets and files', true],
])('%s, there is no real key in reach', async (_, processes) => {
  const { outcome, summary, asked } = await attempt({ same_user: false, keys: KEYS, processes })
  expect({ outcome, asked }).toEqual({ outcome: 'cannot-run', asked: 0 })
  expect(summary).toContain('`agents.robot.same_user: true`')
})

test.each([
  ['the configuration allows it', { same_user: true, keys: KEYS }],
  ['its service wants no key', { same_user: false, keys: {} }],
])('it works there when %s', async (_, wish) => {
  expect(await attempt(wish)).toMatchObject({ outcome: 'done', asked: 1 })
})

test('a key with a line break in it is for a person, who is told which', async () => {
  const { outcome, summary, asked } = await attempt({ same_user: true, keys: { CHORUS_KEY_1: 'one\ntwo' } })
  expect({ outcome, asked }).toEqual({ outcome: 'cannot-run', asked: 0 })
  expect(summary).toContain('the secret CHORUS_KEY_1 has spaces or line breaks in it')
  expect(summary).not.toContain('two')
})

/** What an agent reaches of the network: its model, and an address that nobody gave it. */
async function reach(network: 'open' | 'gateway', protection?: Protection) {
  const server = await createModelServer({ keys: [REAL_KEY] })
  const other = await createModelServer()
  onTestFinished(async () => void (await Promise.all([server.close(), other.close()])))
  const command = `${ASK} || true; curl -sS -m 3 ${other.openaiUrl}/models > other.json || true`
  const agent = { cli: 'custom' as const, command, base_url: server.openaiUrl, secrets: ['CHORUS_KEY_1'] }
  const more = protection === undefined ? {} : { protection }
  const { outcome, summary, protection: said } = await tryAttempt({ agent, keys: KEYS, network, ...more })
  return { outcome, summary, said, model: server.requests.length, other: other.requests.length }
}

test('with `isolation.network: gateway` there is its model, and nothing else', async () => {
  const found = await reach('gateway')
  // On machines that cannot do it nothing was started, which the next test is about.
  if (found.outcome === 'cannot-run') return console.warn(found.summary)
  expect(found).toMatchObject({ outcome: 'done', model: 1, other: 0 })
  expect(found.said).toContain('no network but the gateway')
})

test('with the network open both are there, and the report says so', async () => {
  const found = await reach('open')
  expect(found).toMatchObject({ outcome: 'done', model: 1, other: 1 })
  expect(found.said).not.toContain('no network')
})

test('a machine that cannot close the network starts no agent that should have none', async () => {
  const missing = ['no network but the gateway (unshare: not permitted)']
  const found = await reach('gateway', { user: true, processes: true, network: false, missing })
  expect(found).toMatchObject({ outcome: 'cannot-run', model: 0, other: 0 })
  expect(found.summary).toContain('keep it from the network (unshare: not permitted). Use a runner')
})
