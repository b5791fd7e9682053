import { expect, onTestFinished, test } from 'vitest'
import { createModelServer } from '../../../twin/models/server.ts'
import { tryAttempt } from './attempt.ts'
import { REAL_KEY } from './given.ts'

const ASK = `curl -sS "$CHORUS_OPENAI_BASE_URL/models" -H "authorization: Bearer $CHORUS_OPENAI_API_KEY" > models.json`
const KEYS = { CHORUS_KEY_1: REAL_KEY }

/** An attempt on a machine that cannot hold an agent apart. */
async function attempt({ same_user, keys }: { same_user: boolean; keys: Record<string, string> }) {
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
  const protection = { user: false, processes: false, network: false, missing: [] }
  const { outcome, summary } = await tryAttempt({ agent, keys, protection })
  return { outcome, summary, asked: server.requests.length }
}

test('where the agent could read our memory, there is no real key in it', async () => {
  const { outcome, summary, asked } = await attempt({ same_user: false, keys: KEYS })
  expect({ outcome, asked }).toEqual({ outcome: 'cannot-run', asked: 0 })
  expect(summary).toContain('`agents.robot.same_user: true`')
})

test.each([
  ['the configuration allows it', { same_user: true, keys: KEYS }],
  ['its service wants no key', { same_user: false, keys: {} }],
])('it works there when %s', async (_, wish) => {
  expect(await attempt(wish)).toMatchObject({ outcome: 'done', asked: 1 })
})
