import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Running, startServer } from '../../app/server.ts'
import type { App, Installation } from '../../twin/apps/state.ts'
import { createRepo, installApp, registerApp } from '../../twin/seed.ts'
import { createTwin, type Twin } from '../../twin/twin.ts'

const SECRET = 'a secret of more than sixteen characters'

let twin: Twin
let app: App
let installation: Installation
let running: Running

beforeAll(async () => {
  twin = await createTwin()
  const repo = await createRepo(twin.state, { owner: 'ada', name: 'engine' })
  app = registerApp(twin.state, {
    name: 'chorus',
    owner: 'ada',
    permissions: { metadata: 'read', contents: 'write', issues: 'write' },
    events: ['issues'],
    webhookSecret: SECRET,
  })
  installation = installApp(twin.state, app, 'ada', [repo])
  running = await startServer(
    {
      host: '127.0.0.1',
      port: 0,
      logLevel: 'fatal',
      logFormat: 'json',
      webhookPath: '/api/github/webhooks',
      webhookProxy: null,
      redisUrl: null,
      apiUrl: twin.apiUrl,
    },
    { appId: app.id, privateKey: app.privateKey, formerKey: null, webhookSecret: SECRET },
  )
})

afterAll(async () => {
  await running.stop()
  await twin.close()
})

async function deliver(path: string, body: string, signature: string): Promise<number> {
  const headers = {
    'content-type': 'application/json',
    'x-github-event': 'issues',
    'x-github-delivery': '1',
    'x-hub-signature-256': signature,
  }
  return (await fetch(`${running.url}${path}`, { method: 'POST', body, headers })).status
}

function sign(body: string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
}

test('the start-up sweep finds the repositories of every installation', async () => {
  await running.chorus.idle()
  const page = await (await fetch(running.url)).text()
  expect(page).toContain('ada/engine')
  expect(page).not.toContain(SECRET)
})

test.each(['/api/github/webhooks', '/'])(
  'signed webhooks are taken at %s, forged ones refused',
  async path => {
    expect(await deliver(path, '{"action":"opened"}', sign('{"action":"opened"}', SECRET))).toBe(200)
    expect(await deliver(path, '{"action":"opened"}', sign('{"action":"opened"}', 'development'))).toBe(400)
  },
)

test('health is told and unknown pages are not found', async () => {
  expect((await fetch(`${running.url}/healthz`)).status).toBe(200)
  expect((await fetch(`${running.url}/probot`)).status).toBe(404)
})

test('uninstalled while the webhook about it was lost: forgotten at the next look, quietly', async () => {
  twin.state.apps.installations.clear()
  twin.state.apps.tokens.clear()
  const repo = [...twin.state.repos.values()].find(one => one.name === 'engine')!
  const repository = { id: repo.id, name: 'engine', owner: { login: 'ada' } }
  const body = JSON.stringify({ action: 'opened', installation: { id: installation.id }, repository })
  expect(await deliver('/', body, sign(body, SECRET))).toBe(200)
  await running.chorus.idle()
  expect(await (await fetch(running.url)).text()).not.toContain('ada/engine')
})
