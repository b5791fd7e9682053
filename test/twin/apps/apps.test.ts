import { afterAll, beforeAll, expect, test } from 'vitest'
import type { App, Installation } from '../../../twin/apps/state.ts'
import { createRepo, installApp, registerApp } from '../../../twin/seed.ts'
import { createTwin, type Twin } from '../../../twin/twin.ts'
import { signJwt } from './jwt.ts'

let twin: Twin
let app: App
let installation: Installation
type Json = Record<string, unknown>

beforeAll(async () => {
  twin = await createTwin()
  await createRepo(twin.state, { owner: 'ada', name: 'one', private: true })
  await createRepo(twin.state, { owner: 'ada', name: 'two', private: true })
  const permissions = { contents: 'write', issues: 'write' } as const
  app = registerApp(twin.state, { name: 'My App', permissions, events: ['issues'], owner: 'ada' })
  installation = installApp(twin.state, app, 'ada')
})
afterAll(() => twin.close())

async function call(method: string, path: string, credential: string, body?: unknown) {
  const init = { method, headers: { authorization: `Bearer ${credential}` } }
  const answer = await fetch(
    twin.apiUrl + path,
    body === undefined ? init : { ...init, body: JSON.stringify(body) },
  )
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, json: (text ? JSON.parse(text) : {}) as Json }
}
const jwt = (times = {}) => signJwt(app, twin.state.clock.now(), times)
const tokensUrl = () => `/app/installations/${installation.id}/access_tokens`

test('an app is known by its signature, by id and by client id', async () => {
  expect((await call('GET', '/app', jwt())).json).toMatchObject({ id: app.id, slug: 'my-app' })
  const byClient = signJwt({ id: app.clientId, privateKey: app.privateKey }, twin.state.clock.now())
  expect((await call('GET', '/app', byClient)).status).toBe(200)
})

test('a forged, late, early or too long token is 401', async () => {
  const other = registerApp(twin.state, { name: 'Other', permissions: {}, events: [], owner: 'eve' })
  const forged = signJwt({ id: app.id, privateKey: other.privateKey }, twin.state.clock.now())
  for (const token of [forged, jwt({ exp: -1 }), jwt({ exp: 1200 }), jwt({ iat: 600 })]) {
    expect((await call('GET', '/app', token)).status).toBe(401)
  }
})

test('a token is as narrow as asked, and never wider than granted', async () => {
  const asked = { permissions: { issues: 'read' }, repositories: ['one'] }
  const { status, json } = await call('POST', tokensUrl(), jwt(), asked)
  expect(status).toBe(201)
  expect(json).toMatchObject({
    permissions: { issues: 'read', metadata: 'read' },
    repository_selection: 'selected',
  })
  expect(String(json.token)).toMatch(/^ghs_\d+_[\w-]+\.[\w-]+\.[\w-]+$/)
  expect(String(json.token).length).toBeGreaterThan(480)
  const token = String(json.token)
  expect((await call('GET', '/repos/ada/one', token)).status).toBe(200)
  expect((await call('GET', '/repos/ada/two', token)).status).toBe(404)
  const write = await call('POST', '/repos/ada/one/issues', token, { title: 'x' })
  expect(write.status).toBe(403)
  expect(write.headers.get('x-accepted-github-permissions')).toContain('issues=write')
  expect((await call('POST', tokensUrl(), jwt(), { permissions: { actions: 'read' } })).status).toBe(422)
  expect((await call('POST', tokensUrl(), jwt(), { repositories: ['three'] })).status).toBe(422)
})

test('a token may end itself', async () => {
  const token = String((await call('POST', tokensUrl(), jwt())).json.token)
  expect((await call('GET', '/installation/repositories', token)).json).toMatchObject({ total_count: 2 })
  expect((await call('DELETE', '/installation/token', token)).status).toBe(204)
  expect((await call('GET', '/repos/ada/one', token)).status).toBe(401)
})

test('an app finds its installation by repository, and not where it is not installed', async () => {
  await createRepo(twin.state, { owner: 'eve', name: 'open' })
  expect((await call('GET', '/repos/ada/one/installation', jwt())).json).toMatchObject({
    id: installation.id,
  })
  expect((await call('GET', '/repos/eve/open/installation', jwt())).status).toBe(404)
})

test('the manifest flow makes an app once', async () => {
  const manifest = {
    name: 'Made By Form',
    url: 'http://example.test',
    redirect_url: 'http://127.0.0.1:1/setup',
    hook_attributes: { url: 'http://127.0.0.1:1/api/github/webhooks' },
    default_permissions: { issues: 'write' },
    default_events: ['issues'],
  }
  const form = new URLSearchParams({ manifest: JSON.stringify(manifest) })
  const submitted = await fetch(`${twin.url}/settings/apps/new?state=s1`, {
    method: 'POST',
    body: form,
    redirect: 'manual',
  })
  const next = new URL(submitted.headers.get('location') ?? '')
  expect(next.searchParams.get('state')).toBe('s1')
  const path = `/app-manifests/${next.searchParams.get('code')}/conversions`
  const made = await fetch(twin.apiUrl + path, { method: 'POST' })
  expect(made.status).toBe(201)
  const json = (await made.json()) as Json
  expect(json).toMatchObject({ slug: 'made-by-form', permissions: { issues: 'write' }, events: ['issues'] })
  const own = signJwt({ id: Number(json.id), privateKey: String(json.pem) }, twin.state.clock.now())
  expect((await call('GET', '/app', own)).status).toBe(200)
  expect((await fetch(twin.apiUrl + path, { method: 'POST' })).status).toBe(404)
})

test('a manifest that GitHub would refuse is refused', async () => {
  const manifest = { name: 'Bad', url: 'http://x.test', default_permissions: { 'pull-requests': 'write' } }
  const form = new URLSearchParams({ manifest: JSON.stringify(manifest) })
  const submitted = await fetch(`${twin.url}/settings/apps/new`, {
    method: 'POST',
    body: form,
    redirect: 'manual',
  })
  expect(submitted.status).toBe(422)
})

test('suspended: 403; uninstalled: tokens are 401 and the installation is gone', async () => {
  const token = String((await call('POST', tokensUrl(), jwt())).json.token)
  await call('PUT', `/app/installations/${installation.id}/suspended`, jwt())
  expect((await call('GET', '/repos/ada/one', token)).status).toBe(403)
  await call('DELETE', `/app/installations/${installation.id}/suspended`, jwt())
  expect((await call('GET', '/repos/ada/one', token)).status).toBe(200)
  expect((await call('DELETE', `/app/installations/${installation.id}`, jwt())).status).toBe(204)
  expect((await call('GET', '/repos/ada/one', token)).status).toBe(401)
  expect((await call('POST', tokensUrl(), jwt())).status).toBe(404)
})
