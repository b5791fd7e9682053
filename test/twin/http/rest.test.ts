import { Octokit } from '@octokit/rest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acceptPermissions } from '../../../twin/apps/installation.ts'
import { mintToken } from '../../../twin/apps/tokens.ts'
import { addCollaborator, createRepo, installApp, registerApp, tokenFor } from '../../../twin/seed.ts'
import type { Repo } from '../../../twin/state.ts'
import { createTwin, type Twin } from '../../../twin/twin.ts'
import { signJwt } from '../apps/jwt.ts'

let twin: Twin
let hidden: Repo
const get = (path: string, token?: string, headers: Record<string, string> = {}) =>
  fetch(twin.apiUrl + path, {
    headers: { ...(token ? { authorization: `token ${token}` } : {}), ...headers },
  })

beforeAll(async () => {
  twin = await createTwin()
  hidden = await createRepo(twin.state, { owner: 'ada', name: 'hidden', private: true })
  await createRepo(twin.state, { owner: 'ada', name: 'open' })
  addCollaborator(twin.state, hidden, 'bob', 'triage')
})
afterAll(() => twin.close())

test('a hidden repository is 404 for strangers and nobody, there for those invited', async () => {
  expect((await get('/repos/ada/hidden')).status).toBe(404)
  expect((await get('/repos/ada/hidden', tokenFor(twin.state, 'eve'))).status).toBe(404)
  expect((await get('/repos/ada/hidden', tokenFor(twin.state, 'bob'))).status).toBe(200)
  expect((await get('/repos/ada/open')).status).toBe(200)
})

test('credentials that nobody holds are 401', async () => {
  const answer = await get('/repos/ada/open', 'ghp_nobody')
  expect(answer.status).toBe(401)
  expect(await answer.json()).toMatchObject({ message: 'Bad credentials', status: '401' })
})

test('a route that the twin does not have is 501 and says which', async () => {
  const answer = await get('/repos/ada/open/traffic/views', tokenFor(twin.state, 'ada'))
  expect(answer.status).toBe(501)
  expect(await answer.text()).toContain('GET /repos/ada/open/traffic/views')
})

test('roles are told in both words', async () => {
  const ask = async (login: string) =>
    (await get(`/repos/ada/hidden/collaborators/${login}/permission`, tokenFor(twin.state, 'ada'))).json()
  expect(await ask('bob')).toMatchObject({ permission: 'read', role_name: 'triage', user: { login: 'bob' } })
  expect(await ask('ada')).toMatchObject({ permission: 'admin', role_name: 'admin' })
  expect(
    (await get('/repos/ada/hidden/collaborators/no-such/permission', tokenFor(twin.state, 'ada'))).status,
  ).toBe(404)
})

test('a role that does not reach is 403, not 404', async () => {
  const headers = { authorization: `token ${tokenFor(twin.state, 'bob')}` }
  const body = JSON.stringify({ allow_auto_merge: true })
  const answer = await fetch(`${twin.apiUrl}/repos/ada/hidden`, { method: 'PATCH', headers, body })
  expect(answer.status).toBe(403)
  expect(hidden.settings.allow_auto_merge).toBe(false)
})

test('an unchanged answer is 304 and free, a changed one is 200', async () => {
  const token = tokenFor(twin.state, 'ada')
  const first = await get('/repos/ada/hidden', token)
  const etag = first.headers.get('etag') ?? ''
  const again = await get('/repos/ada/hidden', token, { 'if-none-match': etag })
  expect(again.status).toBe(304)
  expect(await again.text()).toBe('')
  expect(again.headers.get('x-ratelimit-used')).toBe(first.headers.get('x-ratelimit-used'))
  await new Octokit({ baseUrl: twin.apiUrl, auth: token }).repos.update({
    owner: 'ada',
    repo: 'hidden',
    has_issues: false,
  })
  expect((await get('/repos/ada/hidden', token, { 'if-none-match': etag })).status).toBe(200)
})

test('versions: the newer one drops keys, an unknown one is 400', async () => {
  const token = tokenFor(twin.state, 'ada')
  const newer = { 'x-github-api-version': '2026-03-10' }
  expect(await (await get('/repos/ada/open', token)).json()).toHaveProperty('has_downloads')
  expect(await (await get('/repos/ada/open', token, newer)).json()).not.toHaveProperty('has_downloads')
  expect(await (await get('/rate_limit', token, newer)).json()).not.toHaveProperty('rate')
  expect((await get('/repos/ada/open', token, { 'x-github-api-version': '2020-01-01' })).status).toBe(400)
})

test('lists are cut into pages that octokit can follow', async () => {
  const token = tokenFor(twin.state, 'ada')
  for (let n = 0; n < 5; n += 1) await createRepo(twin.state, { owner: 'ada', name: `more-${n}`, files: {} })
  const octokit = new Octokit({ baseUrl: twin.apiUrl, auth: token })
  const pages: number[] = []
  for await (const { data } of octokit.paginate.iterator(octokit.repos.listForAuthenticatedUser, {
    per_page: 3,
  })) {
    pages.push(data.length)
  }
  expect(pages).toEqual([3, 3, 1])
})

test('a token without the permission is told which one it lacks', async () => {
  const app = registerApp(twin.state, {
    name: 'Narrow',
    permissions: { contents: 'read' },
    events: [],
    owner: 'ada',
  })
  const installation = installApp(twin.state, app, 'ada')
  const { token } = mintToken(twin.state, {
    installationId: installation.id,
    permissions: { contents: 'read' },
    repositoryIds: null,
  })
  const headers = { authorization: `token ${token}` }
  const answer = await fetch(`${twin.apiUrl}/repos/ada/hidden`, { method: 'PATCH', headers, body: '{}' })
  expect(answer.status).toBe(403)
  expect(answer.headers.get('x-accepted-github-permissions')).toBe('administration=write')
  expect(await answer.json()).toMatchObject({ message: 'Resource not accessible by integration' })
})

test('Enterprise Server says what it is, knows one version only and gives short tokens', async () => {
  const server = await createTwin({ profile: 'ghes' })
  try {
    const meta = await fetch(`${server.apiUrl}/meta`)
    expect(await meta.json()).toHaveProperty('installed_version')
    expect(meta.headers.get('x-github-enterprise-version')).toMatch(/^enterprise-server@3\./)
    const newer = await fetch(`${server.apiUrl}/meta`, { headers: { 'x-github-api-version': '2026-03-10' } })
    expect(newer.status).toBe(400)
    const app = registerApp(server.state, { name: 'Old', permissions: {}, events: [], owner: 'ada' })
    const installation = installApp(server.state, app, 'ada')
    const answer = await fetch(`${server.apiUrl}/app/installations/${installation.id}/access_tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${signJwt(app, server.state.clock.now())}` },
    })
    expect(await answer.json()).toMatchObject({ token: expect.stringMatching(/^ghs_\w{36}$/) })
  } finally {
    await server.close()
  }
})

test('permissions taken from an installation are taken from its tokens', async () => {
  const app = registerApp(twin.state, {
    name: 'Wide',
    permissions: { issues: 'write' },
    events: [],
    owner: 'ada',
  })
  const installation = installApp(twin.state, app, 'ada')
  const granted = {
    installationId: installation.id,
    permissions: { issues: 'write' },
    repositoryIds: null,
  } as const
  const { token } = mintToken(twin.state, granted)
  const label = () =>
    fetch(`${twin.apiUrl}/repos/ada/hidden/labels`, {
      method: 'POST',
      headers: { authorization: `token ${token}` },
      body: JSON.stringify({ name: `l${Math.trunc(performance.now() * 1000)}` }),
    })
  expect((await label()).status).toBe(201)
  acceptPermissions(twin.state, installation, { issues: 'read' }, hidden.owner)
  expect((await label()).status).toBe(403)
})
