import { afterEach, beforeEach, expect, test } from 'vitest'
import { mintToken } from '../../../twin/apps/tokens.ts'
import { createRepo, installApp, registerApp } from '../../../twin/seed.ts'
import { createTwin, type Twin } from '../../../twin/twin.ts'

let twin: Twin
let token: string
let granted: Parameters<typeof mintToken>[1]

beforeEach(async () => {
  twin = await createTwin({ seed: 7 })
  await createRepo(twin.state, { owner: 'ada', name: 'calc', private: true })
  const permissions = { contents: 'write', issues: 'write', administration: 'write' } as const
  const app = registerApp(twin.state, { name: 'Busy', permissions, events: [], owner: 'ada' })
  const installation = installApp(twin.state, app, 'ada')
  granted = { installationId: installation.id, permissions, repositoryIds: null }
  token = mintToken(twin.state, granted).token
})
afterEach(() => twin.close())

const call = (path: string, init: RequestInit = {}) =>
  fetch(twin.apiUrl + path, { ...init, headers: { authorization: `token ${token}` } })

test('the primary limit refuses with remaining 0 and is over after an hour', async () => {
  twin.limits.settings.primary = 2
  await call('/repos/ada/calc')
  const last = await call('/repos/ada/calc')
  expect(last.headers.get('x-ratelimit-remaining')).toBe('0')
  const refused = await call('/repos/ada/calc')
  expect(refused.status).toBe(403)
  expect(await refused.text()).toContain('API rate limit exceeded for installation ID')
  expect((await call('/rate_limit')).status).toBe(200)
  twin.state.clock.advance(3_590_000)
  expect((await call('/repos/ada/calc')).status).toBe(403)
  twin.state.clock.advance(10_000)
  token = mintToken(twin.state, granted).token
  expect((await call('/repos/ada/calc')).status).toBe(200)
})

test('too many points in a minute: a secondary refusal with retry-after, over after a minute', async () => {
  twin.limits.settings.pointsPerMinute = 7
  const write = () => call('/repos/ada/calc', { method: 'PATCH', body: '{}' })
  expect((await write()).status).toBe(200)
  const refused = await write()
  expect(refused.status).toBe(403)
  expect(refused.headers.get('retry-after')).toBe('60')
  expect(await refused.text()).toContain('secondary rate limit')
  expect((await call('/repos/ada/calc')).status).toBe(200)
  twin.state.clock.advance(60_001)
  expect((await write()).status).toBe(200)
})

test('content creation has its own count', async () => {
  twin.limits.settings.contentPerMinute = 1
  const issue = () => call('/repos/ada/calc/issues', { method: 'POST', body: '{"title":"x"}' })
  expect((await issue()).status).toBe(201)
  expect((await issue()).status).toBe(403)
  expect((await call('/repos/ada/calc', { method: 'PATCH', body: '{}' })).status).toBe(200)
  expect(twin.requests.filter(request => request.creates).map(request => request.status)).toEqual([201, 403])
})

test("a token ends after an hour by the twin's clock", async () => {
  expect((await call('/repos/ada/calc')).status).toBe(200)
  twin.state.clock.advance(3_600_000)
  const late = await call('/repos/ada/calc')
  expect(late.status).toBe(401)
  expect(late.headers.get('date')).toBe(
    new Date(Math.floor(twin.state.clock.now() / 1000) * 1000).toUTCString(),
  )
})

test('reads lag writes, and catch up', async () => {
  twin.stale.maxMs = 60_000
  const seen = async () =>
    ((await (await call('/repos/ada/calc')).json()) as { has_issues: boolean }).has_issues
  expect(await seen()).toBe(true)
  await call('/repos/ada/calc', { method: 'PATCH', body: '{"has_issues":false}' })
  expect(await seen()).toBe(true)
  twin.state.clock.advance(60_000)
  expect(await seen()).toBe(false)
})

test('what was seen before an older write is never shown again', async () => {
  twin.stale.maxMs = 60_000
  const flags = async () => {
    const repo = (await (await call('/repos/ada/calc')).json()) as Record<string, boolean>
    return [repo.has_issues, repo.allow_auto_merge]
  }
  await flags()
  await call('/repos/ada/calc', { method: 'PATCH', body: '{"has_issues":false}' })
  twin.state.clock.advance(60_000)
  await call('/repos/ada/calc', { method: 'PATCH', body: '{"allow_auto_merge":true}' })
  expect(await flags()).toEqual([false, true])
})

test('too many at once: the one too many is refused', async () => {
  twin.limits.settings.concurrent = 2
  const rule = twin.faults.add({ kind: 'request', match: { times: 2 }, act: { do: 'hold', when: 'before' } })
  const held = [call('/repos/ada/calc'), call('/repos/ada/calc')]
  while (twin.faults.rules[0]?.acted !== 2) await twin.faults.held(rule).then(() => new Promise(setImmediate))
  expect((await call('/repos/ada/calc')).status).toBe(403)
  twin.faults.release(rule)
  expect((await Promise.all(held)).map(answer => answer.status)).toEqual([200, 200])
  expect((await call('/repos/ada/calc')).status).toBe(200)
})

test('GraphQL: reads lag as well, and the primary refusal comes with status 200', async () => {
  twin.stale.maxMs = 60_000
  const ask = async () => {
    const query =
      'query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { hasIssuesEnabled } }'
    const body = JSON.stringify({ query, variables: { owner: 'ada', name: 'calc' } })
    const answer = await fetch(twin.graphqlUrl, {
      method: 'POST',
      headers: { authorization: `token ${token}` },
      body,
    })
    return {
      status: answer.status,
      text: await answer.text(),
      left: answer.headers.get('x-ratelimit-remaining'),
    }
  }
  const first = await ask()
  expect(first.text).toContain('"hasIssuesEnabled":true')
  await call('/repos/ada/calc', { method: 'PATCH', body: '{"has_issues":false}' })
  expect((await ask()).text).toBe(first.text)
  twin.state.clock.advance(60_000)
  expect((await ask()).text).toContain('"hasIssuesEnabled":false')
  twin.limits.settings.primary = 0
  const refused = await ask()
  expect(refused).toMatchObject({ status: 200, left: '0' })
  expect(refused.text).toContain('RATE_LIMITED')
})
