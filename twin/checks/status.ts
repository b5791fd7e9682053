import { timestamp } from '../clock.ts'
import { accountOf, emit } from '../emit.ts'
import { api } from '../issues/address.ts'
import { personJson } from '../issues/json.ts'
import { repoJson } from '../repos/json.ts'
import { type Actor, type Repo, type TwinState, takeId } from '../state.ts'
import { newestStatuses } from './required.ts'
import type { CommitStatus } from './state.ts'

export type NewStatus = Pick<CommitStatus, 'sha' | 'state' | 'context' | 'description' | 'target_url'>

/** Statuses are never changed: a newer one of the same context takes the place of the older. */
export function createStatus(state: TwinState, repo: Repo, wanted: NewStatus, by: Actor): CommitStatus {
  const status: CommitStatus = {
    ...wanted,
    id: takeId(state),
    creator: accountOf(by),
    created_at: timestamp(state.clock.now()),
  }
  repo.statuses.push(status)
  const branches = [...repo.pulls.values()]
    .filter(pull => pull.head.sha === status.sha)
    .map(pull => ({ name: pull.head.ref, commit: { sha: status.sha }, protected: false }))
  const { id, sha, context, description, target_url, created_at } = status
  const payload = { id, sha, name: `${repo.owner.login}/${repo.name}`, context, description, target_url }
  const rest = { state: status.state, commit: { sha }, branches, created_at, updated_at: created_at }
  emit(state, { repo, event: 'status', by, payload: { ...payload, ...rest } })
  return status
}

export function statusJson(state: TwinState, repo: Repo, status: CommitStatus): Record<string, unknown> {
  const { sha, creator, ...rest } = status
  return {
    ...rest,
    url: `${api(state, repo)}/statuses/${sha}`,
    avatar_url: null,
    node_id: `SC_${status.id}`,
    updated_at: status.created_at,
    creator: personJson(state, creator),
  }
}

/** The newest of each context, and what they come to together. */
export function combinedJson(state: TwinState, repo: Repo, sha: string): Record<string, unknown> {
  const newest = newestStatuses(repo, sha)
  const failed = newest.some(status => status.state === 'failure' || status.state === 'error')
  const green = newest.length > 0 && newest.every(status => status.state === 'success')
  return {
    state: failed ? 'failure' : green ? 'success' : 'pending',
    statuses: newest.map(status => {
      const { creator, ...shown } = statusJson(state, repo, status)
      return shown
    }),
    sha,
    total_count: newest.length,
    repository: repoJson(state, repo),
    commit_url: `${api(state, repo)}/commits/${sha}`,
    url: `${api(state, repo)}/commits/${sha}/status`,
  }
}
