import { emit } from '../emit.ts'
import type { Account, Repo, TwinState } from '../state.ts'
import { installationJson, reposOf, shortRepo } from './json.ts'
import type { Installation } from './state.ts'

export type InstallationAction = 'created' | 'deleted' | 'suspend' | 'unsuspend' | 'new_permissions_accepted'

/** Sends the `installation` webhook to the app it belongs to (the listener reads whose from the payload). */
export function announceInstallation(
  state: TwinState,
  installation: Installation,
  action: InstallationAction,
  by: Account,
): void {
  const repositories = reposOf(state, installation).map(shortRepo)
  const payload = { installation: installationJson(state, installation), repositories }
  emit(state, { repo: null, event: 'installation', action, by: { is: 'user', account: by }, payload })
}

/** Its tokens are refused and its repositories hidden from the next request on. */
export function removeInstallation(state: TwinState, installation: Installation, by: Account): void {
  announceInstallation(state, installation, 'deleted', by)
  state.apps.installations.delete(installation.id)
}

export function suspendInstallation(
  state: TwinState,
  installation: Installation,
  at: string | null,
  by: Account,
): void {
  installation.suspendedAt = at
  announceInstallation(state, installation, at ? 'suspend' : 'unsuspend', by)
}

/** The owner accepts what the app asks for now; until then an installation keeps what it had. */
export function acceptPermissions(
  state: TwinState,
  installation: Installation,
  permissions: Installation['permissions'],
  by: Account,
): void {
  installation.permissions = { metadata: 'read', ...permissions }
  installation.events = [...(state.apps.apps.get(installation.appId)?.events ?? installation.events)]
  announceInstallation(state, installation, 'new_permissions_accepted', by)
}

/** Adds repositories to an installation of selected ones, or takes them away. */
export function changeRepositories(
  state: TwinState,
  installation: Installation,
  change: { added?: Repo[]; removed?: Repo[]; by: Account },
): void {
  const added = change.added ?? []
  const removed = change.removed ?? []
  const gone = new Set(removed.map(repo => repo.id))
  const kept = (installation.repositoryIds ?? []).filter(id => !gone.has(id))
  if (installation.repositoryIds !== null)
    installation.repositoryIds = [...kept, ...added.map(repo => repo.id)]
  const payload = {
    installation: installationJson(state, installation),
    repository_selection: installation.repositoryIds === null ? 'all' : 'selected',
    repositories_added: added.map(shortRepo),
    repositories_removed: removed.map(shortRepo),
    requester: null,
  }
  const action = removed.length > 0 ? 'removed' : 'added'
  const by = { is: 'user', account: change.by } as const
  emit(state, { repo: null, event: 'installation_repositories', action, by, payload })
}
