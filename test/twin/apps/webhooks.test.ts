import { verify } from '@octokit/webhooks-methods'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { App } from '../../../twin/apps/state.ts'
import { commitFiles, createRepo, installApp, registerApp, tokenFor } from '../../../twin/seed.ts'
import type { Repo } from '../../../twin/state.ts'
import { createTwin, type Twin } from '../../../twin/twin.ts'
import { signJwt } from './jwt.ts'
import { createReceiver, type Receiver } from './receiver.ts'

let twin: Twin
let repo: Repo
let app: App
let receiver: Receiver

beforeEach(async () => {
  receiver = await createReceiver()
  twin = await createTwin({ seed: 3 })
  repo = await createRepo(twin.state, { owner: 'ada', name: 'calc', private: true })
  await createRepo(twin.state, { owner: 'ada', name: 'apart', private: true })
  app = registerApp(twin.state, {
    name: 'Listener',
    permissions: { contents: 'read' },
    events: ['push', 'issues'],
    webhookUrl: receiver.url,
    webhookSecret: 'hush',
    owner: 'ada',
  })
  installApp(twin.state, app, 'ada', [repo])
  await twin.quiet()
})
afterEach(async () => {
  await twin.close()
  receiver.close()
})

const push = (n: number, where = repo) =>
  commitFiles(twin.state, where, { branch: 'main', files: { [`f${n}`]: `${n}\n` }, message: `change ${n}` })
const heard = (event: string) => receiver.received.filter(one => one.event === event)
const messages = () =>
  heard('push').map(one => (JSON.parse(one.body) as { head_commit: { message: string } }).head_commit.message)

async function asApp(method: string, path: string) {
  const headers = { authorization: `Bearer ${signJwt(app, twin.state.clock.now())}` }
  return fetch(twin.apiUrl + path, { method, headers })
}

test('a delivery is signed, typed and carries the installation', async () => {
  expect(heard('installation').map(one => one.action)).toEqual(['created'])
  await push(1)
  await twin.quiet()
  const [one] = heard('push')
  if (!one) throw new Error('nothing came')
  expect(await verify('hush', one.body, String(one.headers['x-hub-signature-256']))).toBe(true)
  expect(one.headers['x-github-delivery']).toMatch(/^[0-9a-f-]{36}$/)
  expect(JSON.parse(one.body)).toMatchObject({
    ref: 'refs/heads/main',
    repository: { full_name: 'ada/calc' },
    sender: { login: 'ada' },
    installation: { id: expect.any(Number) },
  })
})

test('nothing comes for other repositories, nor without the permission', async () => {
  const [apart] = [...twin.state.repos.values()].filter(one => one.name === 'apart')
  if (apart) await push(1, apart)
  const headers = { authorization: `token ${tokenFor(twin.state, 'ada')}` }
  const made = await fetch(`${twin.apiUrl}/repos/ada/calc/issues`, {
    method: 'POST',
    headers,
    body: '{"title":"x"}',
  })
  expect(made.status).toBe(201)
  await twin.quiet()
  expect(receiver.received.map(one => one.event)).toEqual(['installation'])
})

test('faults: dropped, doubled, delayed behind the next', async () => {
  twin.faults.add({ kind: 'webhook', event: 'push', nth: 1, act: { do: 'drop' } })
  twin.faults.add({ kind: 'webhook', event: 'push', nth: 2, act: { do: 'double' } })
  // It arrives while the third waits, and does not free it: it happened before.
  twin.faults.add({ kind: 'webhook', event: 'push', nth: 2, act: { do: 'delay', ms: 500 } })
  twin.faults.add({ kind: 'webhook', event: 'push', nth: 3, act: { do: 'reorder', ms: 60_000 } })
  for (const n of [1, 2, 3]) await push(n)
  await expect.poll(() => messages().filter(text => text === 'change 2').length, { timeout: 10_000 }).toBe(2)
  await push(4)
  await twin.quiet()
  expect(messages()).not.toContain('change 1')
  expect(messages().filter(text => text === 'change 2')).toHaveLength(2)
  expect(messages().indexOf('change 3')).toBeGreaterThan(messages().indexOf('change 4'))
  const guids = heard('push').map(one => one.headers['x-github-delivery'])
  expect(new Set(guids).size).toBe(3)
})

test('a failed delivery is listed, not repeated, and sent again under the same GUID on request', async () => {
  receiver.status = 500
  await push(1)
  await twin.quiet()
  expect(heard('push')).toHaveLength(1)
  const listed = (await (await asApp('GET', '/app/hook/deliveries?status=failure')).json()) as {
    id: number
    event: string
  }[]
  expect(listed.map(one => one.event)).toEqual(['push'])
  receiver.status = 200
  expect((await asApp('POST', `/app/hook/deliveries/${listed[0]?.id}/attempts`)).status).toBe(202)
  await twin.quiet()
  const [first, second] = heard('push')
  expect(second?.headers['x-github-delivery']).toBe(first?.headers['x-github-delivery'])
  expect(second?.body).toBe(first?.body)
})

test('the log goes by cursor, newest first', async () => {
  for (const n of [1, 2, 3]) await push(n)
  await twin.quiet()
  const seen: number[] = []
  let path: string | undefined = '/app/hook/deliveries?per_page=2'
  while (path !== undefined) {
    const answer = await asApp('GET', path)
    for (const one of (await answer.json()) as { id: number }[]) seen.push(one.id)
    path = /<[^>]*\/api\/v3([^>]*)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1]
  }
  expect(seen).toHaveLength(4)
  expect(seen).toEqual([...seen].sort((a, b) => b - a))
})

test('an app that is taken away is told, and hears no more', async () => {
  const [installation] = [...twin.state.apps.installations.values()].filter(one => one.appId === app.id)
  await asApp('DELETE', `/app/installations/${installation?.id}`)
  await push(1)
  await twin.quiet()
  expect(receiver.received.map(one => `${one.event} ${one.action}`)).toEqual([
    'installation created',
    'installation deleted',
  ])
})
