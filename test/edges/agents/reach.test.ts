import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runAttempt } from '../../../action/attempt.ts'
import { openIsolation } from '../../../action/isolation/isolation.ts'
import { openStore } from '../../../action/store.ts'
import { createModelServer } from '../../../twin/models/server.ts'
import { openGround } from '../isolation/ground.ts'
import { writeTicket } from '../runway.ts'
import { REAL_KEY } from './given.ts'

const host = { path: process.env.PATH ?? '', proxy: {} }
const ASK = `curl -sS "$CHORUS_OPENAI_BASE_URL/models" -H "authorization: Bearer $CHORUS_OPENAI_API_KEY" > models.json`

/** An attempt on a machine that cannot hold an agent apart: `protection` is what it reached there. */
async function attempt(wish: { same_user: boolean; keys: Record<string, string> }) {
  const server = await createModelServer(
    Object.keys(wish.keys).length === 0 ? {} : { keys: Object.values(wish.keys) },
  )
  onTestFinished(() => server.close())
  using ground = openGround()
  await using isolation = await openIsolation({ parent: ground.temp, hide: [], doors: null })
  const store = await openStore(join(isolation.dir, 'store.git'), host)
  execFileSync('git', ['push', '-q', store.git.dir, 'HEAD:refs/heads/base'], { cwd: ground.origin })
  const start = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ground.origin, encoding: 'utf8' }).trim()
  const ticket = writeTicket(start, {
    agent: {
      name: 'robot',
      cli: 'custom',
      command: ASK,
      model: null,
      fallback_model: null,
      base_url: server.openaiUrl,
      secrets: ['CHORUS_KEY_1'],
      same_user: wish.same_user,
      args: [],
    },
  })
  const plan = {
    ticket,
    start,
    store,
    isolation: { ...isolation, protection: { user: false, processes: false, network: false, missing: [] } },
    signal: new AbortController().signal,
    group: <T>(_: string, work: (quote: (line: string) => void) => Promise<T>) => work(() => {}),
    say: () => {},
    supplies: { tools: { path: host.path, cache: ground.temp, npm: {} }, keys: wish.keys, proxy: {} },
  }
  return await runAttempt(plan, async ({ outcome, summary }) => ({
    outcome,
    summary,
    asked: server.requests.length,
  }))
}

const KEYS = { CHORUS_KEY_1: REAL_KEY }

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
