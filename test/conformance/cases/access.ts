import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { signJwt } from '../../twin/apps/jwt.ts'
import type { Case } from '../case.ts'
import { createClient } from '../client.ts'
import type { Site } from '../site.ts'

async function hiddenIsAbsent(site: Site): Promise<void> {
  if (!site.hidden) site.skip('HIDDEN_REPOSITORY is not set')
  const hidden = await site.app.ask('GET', `/repos/${site.hidden}`)
  const absent = await site.app.ask('GET', `/repos/${site.hidden}-${site.stamp}`)
  equal(hidden.status, 404)
  deepEqual(hidden.body, absent.body, 'hidden and absent look the same')
}

async function missingPermission(site: Site): Promise<void> {
  const reader = await site.credentials.narrowed({ permissions: { metadata: 'read' } })
  const reply = await reader.ask('POST', './issues', { body: { title: 'must be refused' } })
  equal(reply.status, 403)
  match(String(reply.body.message), /Resource not accessible by integration/)
  match(reply.headers.get('x-accepted-github-permissions') ?? '', /issues=write/)
}

async function errorWithOk(site: Site): Promise<void> {
  const query = '{ repository(owner: "conformance-nobody", name: "nothing") { id } }'
  const reply = await site.app.graphql<{ repository: null }>(query)
  equal(reply.status, 200)
  equal(reply.errors[0]?.type, 'NOT_FOUND')
  const wrong = await site.app.graphql('{ nonsense }')
  equal(wrong.status, 200, 'even a query that cannot be')
  ok(wrong.errors.length > 0)
}

async function graphqlPermission(site: Site): Promise<void> {
  const reader = await site.credentials.narrowed({ permissions: { metadata: 'read' } })
  const { node_id: repositoryId } = await site.app.get<{ node_id: string }>('.')
  const mutation = `mutation($input: CreateIssueInput!) { createIssue(input: $input) { issue { id } } }`
  const reply = await reader.graphql(mutation, { input: { repositoryId, title: 'must be refused' } })
  equal(reply.status, 200)
  match(reply.errors[0]?.message ?? '', /Resource not accessible by integration/)
}

type Token = {
  token: string
  expires_at: string
  permissions: Record<string, string>
  repositories: { id: number }[]
}

async function narrowing(site: Site): Promise<void> {
  const path = `/app/installations/${site.credentials.installationId}/access_tokens`
  const wish = { permissions: { issues: 'read' }, repository_ids: [site.repositoryId] }
  const made = await site.credentials.jwt.send<Token>('POST', path, wish)
  deepEqual(made.permissions, { issues: 'read', metadata: 'read' })
  deepEqual(
    made.repositories.map(one => one.id),
    [site.repositoryId],
  )
  const life = Date.parse(made.expires_at) - site.now()
  ok(life > 55 * 60_000 && life <= 61 * 60_000, `one hour, not ${life} ms`)
  match(made.token, /^ghs_[A-Za-z0-9._-]{36,}$/)
  const narrow = createClient(site.door, async () => `token ${made.token}`)
  equal((await narrow.ask('GET', './issues')).status, 200)
  equal((await narrow.ask('POST', './issues', { body: { title: 'must be refused' } })).status, 403)
  const more = await site.credentials.jwt.ask('POST', path, {
    body: { permissions: { administration: 'write' } },
  })
  equal(more.status, 422, 'no more than the installation has')
}

async function endedTokens(site: Site): Promise<void> {
  const token = await site.credentials.narrowed({ permissions: { metadata: 'read' } })
  equal((await token.ask('GET', '.')).status, 200)
  equal((await token.ask('DELETE', '/installation/token')).status, 204)
  const revoked = await token.ask('GET', '.')
  equal(revoked.status, 401)
  match(String(revoked.body.message), /Bad credentials/)
  const nobody = createClient(site.door, async () => 'token ghs_nonsense')
  equal((await nobody.ask('GET', '.')).status, 401)
}

async function expiredToken(site: Site): Promise<void> {
  if (!site.advance) site.skip('time cannot be moved here')
  const token = await site.credentials.narrowed({})
  equal((await token.ask('GET', '.')).status, 200)
  site.advance(61 * 60_000)
  site.credentials.forget()
  const late = await token.ask('GET', '.')
  equal(late.status, 401)
  match(String(late.body.message), /Bad credentials/)
}

async function expiredJwt(site: Site): Promise<void> {
  const { privateKey } = site
  const signed = (times: { iat: number; exp: number }) =>
    createClient(
      site.door,
      async () => `Bearer ${signJwt({ id: site.appId, privateKey }, site.now(), times)}`,
    )
  equal((await signed({ iat: -1200, exp: -600 }).ask('GET', '/app')).status, 401, 'over')
  equal((await signed({ iat: -30, exp: 3600 }).ask('GET', '/app')).status, 401, 'too long')
  equal((await signed({ iat: -30, exp: 500 }).ask('GET', '/app')).status, 200)
}

export const accessCases: Case[] = [
  {
    id: 'hidden-404',
    title: 'What a token may not see is 404, like what does not exist',
    cites: '7.1',
    basis: 'documented',
    run: hiddenIsAbsent,
  },
  {
    id: 'missing-permission-403',
    title: 'A missing permission is 403 and X-Accepted-GitHub-Permissions says which',
    cites: '7.2',
    basis: 'documented',
    run: missingPermission,
  },
  {
    id: 'graphql-error-200',
    title: 'GraphQL errors come with HTTP 200',
    cites: '5.2',
    basis: 'documented',
    run: errorWithOk,
  },
  {
    id: 'graphql-permission',
    title: 'GraphQL without the permission answers 200 with "Resource not accessible by integration"',
    cites: '7.2',
    basis: 'unproven',
    run: graphqlPermission,
  },
  {
    id: 'token-narrowing',
    title: 'An installation token can be had with fewer permissions and repositories, never with more',
    cites: '5.5',
    basis: 'documented',
    run: narrowing,
  },
  {
    id: 'token-ended',
    title: 'A revoked or unknown token answers 401',
    cites: '5.5',
    basis: 'documented',
    run: endedTokens,
  },
  {
    id: 'jwt-ended',
    title: 'An app’s JWT that is over, or longer than ten minutes, answers 401',
    cites: '5.5',
    basis: 'documented',
    run: expiredJwt,
  },
  {
    id: 'token-expired',
    title: 'An installation token answers 401 after its hour',
    cites: '5.5',
    basis: 'documented',
    run: expiredToken,
  },
]
