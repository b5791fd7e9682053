import { accountJson, repoJson } from '../repos/json.ts'
import type { Repo } from '../state.ts'
import { type Engine, serverUrl } from './engine/engine.ts'
import { apiUrl } from './json.ts'
import type { Run } from './state.ts'

/** What is known about the place from which an expression looks. */
export type Place = { engine: Engine; repo: Repo; run: Run }

/** The `github` context of a run; a job adds its token, paths and key. */
export function githubContext({ engine, repo, run }: Place): Record<string, unknown> {
  const pull = pullOf(run)
  return {
    ref: run.ref,
    sha: run.sha,
    repository: `${repo.owner.login}/${repo.name}`,
    repository_owner: repo.owner.login,
    repository_owner_id: String(repo.owner.id),
    repository_id: String(repo.id),
    repositoryUrl: `git://${new URL(serverUrl(engine)).host}/${repo.owner.login}/${repo.name}.git`,
    repository_visibility: repo.private ? 'private' : 'public',
    run_id: String(run.id),
    run_number: String(run.run_number),
    run_attempt: String(run.run_attempt),
    retention_days: '90',
    actor: run.actor.login,
    actor_id: String(run.actor.id),
    triggering_actor: run.triggering_actor.login,
    workflow: run.name,
    workflow_ref: `${repo.owner.login}/${repo.name}/${run.path}@${run.ref}`,
    workflow_sha: run.sha,
    head_ref: pull?.head ?? '',
    base_ref: pull?.base ?? '',
    event_name: run.event,
    event: eventOf({ engine, repo, run }),
    server_url: serverUrl(engine),
    api_url: apiUrl(engine.state),
    graphql_url: `${engine.state.url}/api/graphql`,
    ref_name: run.ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    ref_protected: repo.protections.has(run.ref.replace('refs/heads/', '')),
    ref_type: run.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    secret_source: 'Actions',
  }
}

/** The payload as a webhook would carry it. */
export function eventOf({ engine, repo, run }: Place): Record<string, unknown> {
  return {
    ...run.eventPayload,
    repository: repoJson(engine.state, repo),
    sender: accountJson(engine.state, run.actor),
  }
}

function pullOf(run: Run): { head: string; base: string } | null {
  const pull = run.eventPayload.pull_request
  if (pull === null || typeof pull !== 'object') return null
  const side = (name: string) => {
    const part = (pull as Record<string, unknown>)[name]
    return part && typeof part === 'object' ? String((part as Record<string, unknown>).ref ?? '') : ''
  }
  return { head: side('head'), base: side('base') }
}

export function varsContext(repo: Repo): Record<string, string> {
  return Object.fromEntries(repo.actions.variables)
}

export function secretsOf(repo: Repo): Record<string, string> {
  return Object.fromEntries(repo.actions.secrets)
}
