import { findAccount } from '../accounts.ts'
import { accountJson } from '../repos/json.ts'
import type { Repo, TwinState } from '../state.ts'
import type { App, Installation } from './state.ts'

const CREATED = '2026-01-05T08:00:00Z'

export function appJson(state: TwinState, app: App): Record<string, unknown> {
  const owner = findAccount(state, app.ownerLogin)
  return {
    id: app.id,
    slug: app.slug,
    node_id: `A_${app.id}`,
    client_id: app.clientId,
    owner: owner ? accountJson(state, owner) : null,
    name: app.name,
    description: '',
    external_url: state.url,
    html_url: `${state.url}/apps/${app.slug}`,
    created_at: CREATED,
    updated_at: CREATED,
    permissions: app.permissions,
    events: app.events,
  }
}

export function installationJson(state: TwinState, installation: Installation): Record<string, unknown> {
  const account = findAccount(state, installation.accountLogin)
  const app = state.apps.apps.get(installation.appId)
  return {
    id: installation.id,
    account: account ? accountJson(state, account) : null,
    repository_selection: installation.repositoryIds === null ? 'all' : 'selected',
    access_tokens_url: `${state.url}/api/v3/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${state.url}/api/v3/installation/repositories`,
    html_url: `${state.url}/settings/installations/${installation.id}`,
    app_id: installation.appId,
    client_id: app?.clientId ?? '',
    app_slug: app?.slug ?? '',
    target_id: account?.id ?? 0,
    target_type: account?.type ?? 'User',
    permissions: installation.permissions,
    events: installation.events,
    created_at: CREATED,
    updated_at: CREATED,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: installation.suspendedAt,
  }
}

/** A repository as `installation` webhooks name it. */
export function shortRepo(repo: Repo): Record<string, unknown> {
  return {
    id: repo.id,
    node_id: repo.node_id,
    name: repo.name,
    full_name: `${repo.owner.login}/${repo.name}`,
    private: repo.private,
  }
}

export function reposOf(state: TwinState, installation: Installation): Repo[] {
  const login = installation.accountLogin.toLowerCase()
  return [...state.repos.values()].filter(
    repo =>
      repo.owner.login.toLowerCase() === login &&
      (installation.repositoryIds === null || installation.repositoryIds.includes(repo.id)),
  )
}
