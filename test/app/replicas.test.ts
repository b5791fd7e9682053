import { fork } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRepo, installApp, registerApp } from '../../twin/seed.ts'
import { createTwin, type Twin } from '../../twin/twin.ts'
import { startRedis } from './redisserver.ts'
import type { Part } from './replica.ts'

/** What each replica wants to write, at once. */
const EACH = 3
/**
 * Probot's throttling sends one write a second for an installation: six in a row take five seconds, two times three side by side
 * take two. Milliseconds.
 */
const BETWEEN = 3_500

let twin: Twin
beforeAll(async () => {
  twin = await createTwin()
})
afterAll(() => twin.close())

/** How long GitHub gets writes from two replicas of one app, each with its Redis, from the first to the last. Milliseconds. */
async function writeFromTwo(urls: readonly [string, string]): Promise<number> {
  const owner = `owner-${twin.requests.length}`
  const repo = await createRepo(twin.state, { owner, name: 'demo', files: { 'a.txt': 'a\n' } })
  const permissions = { contents: 'write', issues: 'write' } as const
  const app = registerApp(twin.state, { name: `chorus-${owner}`, owner, permissions, events: [] })
  const installation = installApp(twin.state, app, owner, [repo]).id
  const identity = { appId: app.id, privateKey: app.privateKey, webhookSecret: app.webhookSecret }
  const replicas = urls.map((redisUrl, i) => {
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
  const times = twin.requests.filter(one => one.path.includes(`/${owner}/demo/labels`)).map(one => one.at)
  expect(times).toHaveLength(2 * EACH)
  return Math.max(...times) - Math.min(...times)
}

test('two replicas with one Redis write as one would', async () => {
  await using redis = await startRedis()
  expect(await writeFromTwo([redis.url, redis.url])).toBeGreaterThan(BETWEEN)
})

test('without it between them, each keeps to its own pace only', async () => {
  await using one = await startRedis()
  await using other = await startRedis()
  expect(await writeFromTwo([one.url, other.url])).toBeLessThan(BETWEEN)
})
