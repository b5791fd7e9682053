import { fork } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRepo, installApp, registerApp } from '../../twin/seed.ts'
import { createTwin, type Twin } from '../../twin/twin.ts'
import { hasRedis, startRedis } from './redisserver.ts'
import type { Part } from './replica.ts'

/** What each replica wants to write, at once. */
const EACH = 3
/**
 * Probot's throttling sends one write a second for an installation: six in a row take five seconds, two times three side by side
 * would take two. Milliseconds.
 */
const BETWEEN = 3_500

const MISSING =
  'MISSING: redis-server is not installed (apt-get install redis-server), so that replicas keep in step by it is not shown'

let twin: Twin
beforeAll(async () => {
  twin = await createTwin()
})
afterAll(() => twin.close())

/** When GitHub gets the writes of two replicas of one app, in milliseconds. */
async function writeFromTwo(redisUrl: string): Promise<number[]> {
  const owner = `owner-${twin.requests.length}`
  const repo = await createRepo(twin.state, { owner, name: 'demo', files: { 'a.txt': 'a\n' } })
  const permissions = { contents: 'write', issues: 'write' } as const
  const app = registerApp(twin.state, { name: `chorus-${owner}`, owner, permissions, events: [] })
  const installation = installApp(twin.state, app, owner, [repo]).id
  const identity = { appId: app.id, privateKey: app.privateKey, webhookSecret: app.webhookSecret }
  const replicas = [0, 1].map(i => {
    const child = fork(new URL('replica.ts', import.meta.url), { execArgv: [] })
    const labels = Array.from({ length: EACH }, (_, n) => `label-${i}-${n}`)
    child.send({ apiUrl: twin.apiUrl, redisUrl, identity, installation, owner, labels } satisfies Part)
    return { child, ready: once(child, 'message'), gone: once(child, 'exit') }
  })
  // One that cannot even begin is not waited for.
  await Promise.all(replicas.map(({ ready, gone }) => Promise.race([ready, gone])))
  for (const { child } of replicas) child.send('write')
  expect(await Promise.all(replicas.map(({ gone }) => gone))).toEqual([
    [0, null],
    [0, null],
  ])
  return twin.requests.filter(one => one.path.includes(`/${owner}/demo/labels`)).map(one => one.at)
}

test('two replicas with one Redis write as one would', async ({ skip }) => {
  if (!(await hasRedis())) {
    // Reporters that list no single tests do not show why one was skipped.
    process.stderr.write(`${MISSING}\n`)
    skip(MISSING)
  }
  await using redis = await startRedis()
  const times = await writeFromTwo(redis.url)
  expect(times).toHaveLength(2 * EACH)
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(BETWEEN)
})
