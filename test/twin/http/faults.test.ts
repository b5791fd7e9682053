import { afterEach, beforeEach, expect, test } from 'vitest'
import { git } from '../../../twin/git.ts'
import { createRepo, tokenFor } from '../../../twin/seed.ts'
import type { Repo } from '../../../twin/state.ts'
import { createTwin, type Twin } from '../../../twin/twin.ts'

let twin: Twin
let repo: Repo
let token: string

beforeEach(async () => {
  twin = await createTwin({ seed: 5 })
  repo = await createRepo(twin.state, { owner: 'ada', name: 'calc' })
  token = tokenFor(twin.state, 'ada')
})
afterEach(() => twin.close())

const call = (method: string, path: string, body?: unknown) =>
  fetch(twin.apiUrl + path, {
    method,
    headers: { authorization: `token ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
const off = () => call('PATCH', '/repos/ada/calc', { has_issues: false })
const route = '/repos/{owner}/{repo}'

test('502 before the work: nothing is done; after the work: it is done all the same', async () => {
  twin.faults.add({
    kind: 'request',
    match: { method: 'PATCH', route },
    act: { do: 'answer', status: 502, when: 'before' },
  })
  expect((await off()).status).toBe(502)
  expect(repo.settings.has_issues).toBe(true)
  twin.faults.add({
    kind: 'request',
    match: { method: 'PATCH', route },
    act: { do: 'answer', status: 502, when: 'after' },
  })
  expect((await off()).status).toBe(502)
  expect(repo.settings.has_issues).toBe(false)
  expect((await off()).status).toBe(200)
})

test('the nth, so many times', async () => {
  const match = { method: 'GET', route, nth: 2, times: 2 }
  twin.faults.add({ kind: 'request', match, act: { do: 'answer', status: 503, when: 'before' } })
  const seen: number[] = []
  for (let n = 0; n < 5; n += 1) seen.push((await call('GET', '/repos/ada/calc')).status)
  expect(seen).toEqual([200, 503, 503, 200, 200])
})

test('a request that hangs after its work ends without an answer', async () => {
  const act = { do: 'hang', when: 'after', closeAfterMs: 20 } as const
  twin.faults.add({ kind: 'request', match: { method: 'PATCH' }, act })
  await expect(off()).rejects.toThrow()
  expect(repo.settings.has_issues).toBe(false)
  expect(twin.requests.at(-1)?.status).toBe(0)
})

test('held at a chosen place until released', async () => {
  const rule = twin.faults.add({
    kind: 'request',
    match: { method: 'PATCH' },
    act: { do: 'hold', when: 'before' },
  })
  const waiting = off()
  await twin.faults.held(rule)
  expect(repo.settings.has_issues).toBe(true)
  twin.faults.release(rule)
  expect((await waiting).status).toBe(200)
})

test('a head moves just before a request is worked on', async () => {
  const act = { do: 'moveHead', repo: 'ada/calc', branch: 'main', files: { 'x.txt': 'x' } } as const
  twin.faults.add({ kind: 'request', match: { route: '/branches/main' }, act })
  const tip = async () => (await git(repo, ['rev-parse', 'main'])).stdout.toString().trim()
  const before = await tip()
  const shown = (await (await call('GET', '/repos/ada/calc/branches/main')).json()) as {
    commit: { sha: string }
  }
  expect(shown.commit.sha).not.toBe(before)
  expect(shown.commit.sha).toBe(await tip())
})

test('the same by the admin port, for other processes', async () => {
  const admin = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(twin.adminUrl + path, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await answer.text()
    return text ? (JSON.parse(text) as Record<string, unknown>) : {}
  }
  const rule = { kind: 'request', match: { route }, act: { do: 'answer', status: 500, when: 'before' } }
  const { id } = await admin('POST', '/rules', rule)
  expect((await call('GET', '/repos/ada/calc')).status).toBe(500)
  await admin('DELETE', `/rules/${id}`)
  const before = twin.state.clock.now()
  await admin('POST', '/clock', { advanceMs: 5000 })
  expect(twin.state.clock.now() - before).toBeGreaterThanOrEqual(5000)
  await admin('PATCH', '/limits', { user: 0 })
  expect((await call('GET', '/repos/ada/calc')).status).toBe(403)
  expect(await admin('GET', '/requests')).toHaveLength(2)
})

test('pages for people', async () => {
  expect(await (await fetch(`${twin.url}/ada/calc`)).text()).toContain('Initial commit')
  await call('POST', '/repos/ada/calc/issues', { title: '<b>x', body: 'y & z' })
  const page = await (await fetch(`${twin.url}/ada/calc/issues/1`)).text()
  expect(page).toContain('&lt;b&gt;x')
  expect(page).toContain('<p>y &#x26; z</p>')
  expect((await fetch(`${twin.url}/ada/calc/issues/9`)).status).toBe(404)
})
