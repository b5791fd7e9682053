import { findAccount } from '../accounts.ts'
import { type Answer, type Call, HttpError, notFound, ok } from '../http/route.ts'
import { accountJson } from '../repos/json.ts'
import type { Account, TwinState } from '../state.ts'
import { callingApp } from './caller.ts'
import { appJson } from './json.ts'
import { rootJson } from './root.ts'

export function getRoot({ state }: Call): Answer {
  return ok(rootJson(state))
}

export function getMeta({ state }: Call): Answer {
  const meta = { verifiable_password_authentication: false }
  return ok(
    state.profile === 'ghes'
      ? { ...meta, installed_version: '3.19.0' }
      : { ...meta, hooks: ['127.0.0.1/32'] },
  )
}

export function getMe(call: Call): Answer {
  if (call.actor.is === 'user') return ok(profileJson(call.state, call.actor.account))
  if (call.actor.is === 'anonymous') throw new HttpError(401, 'Requires authentication')
  throw new HttpError(403, 'Resource not accessible by integration')
}

export function getUser(call: Call): Answer {
  const account = findAccount(call.state, call.params.username ?? '')
  if (!account) throw notFound()
  return ok(profileJson(call.state, account))
}

export function getById(call: Call): Answer {
  const id = Number(call.params.account_id)
  for (const account of call.state.accounts.values()) {
    if (account.id === id) return ok(profileJson(call.state, account))
  }
  throw notFound()
}

export function getOrg(call: Call): Answer {
  const account = findAccount(call.state, call.params.org ?? '')
  if (account?.type !== 'Organization') throw notFound()
  return ok(orgJson(call.state, account))
}

export function getApp(call: Call): Answer {
  const app = callingApp(call)
  const installations = [...call.state.apps.installations.values()].filter(one => one.appId === app.id)
  return ok({ ...appJson(call.state, app), installations_count: installations.length })
}

export function getAppBySlug(call: Call): Answer {
  for (const app of call.state.apps.apps.values()) {
    if (app.slug === call.params.app_slug) return ok(appJson(call.state, app))
  }
  throw notFound()
}

function orgJson(state: TwinState, org: Account): Record<string, unknown> {
  const { company: _company, location: _location, email: _email, ...profile } = profileJson(state, org)
  const url = `${state.url}/api/v3/orgs/${org.login}`
  return {
    ...profile,
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    description: null,
    has_organization_projects: true,
    has_repository_projects: true,
    archived_at: null,
  }
}

function profileJson(state: TwinState, account: Account): Record<string, unknown> {
  const repos = [...state.repos.values()].filter(repo => repo.owner.id === account.id && !repo.private)
  return {
    ...accountJson(state, account),
    name: account.login,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: repos.length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: '2026-01-05T08:00:00Z',
    updated_at: '2026-01-05T08:00:00Z',
  }
}
