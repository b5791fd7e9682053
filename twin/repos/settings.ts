import { timestamp } from '../clock.ts'
import { emit } from '../emit.ts'
import { git } from '../git.ts'
import { readRef } from '../gitdata/refs.ts'
import { type Answer, invalid, noContent, ok, type RepoCall } from '../http/route.ts'
import { type RepoSettings, repoKey } from '../state.ts'
import { fullRepoJson, repoSettingsJson } from './json.ts'
import { rightsOfActor } from './rights.ts'

export function getRepo(call: RepoCall): Answer {
  return ok(fullJson(call))
}

function fullJson(call: RepoCall): Record<string, unknown> {
  const { state, repo, actor } = call
  const permissions = rightsOfActor(state, repo, actor)
  return {
    ...fullRepoJson(state, repo),
    ...(permissions ? { permissions } : {}),
    ...(permissions?.push ? repoSettingsJson(repo) : {}),
  }
}

/** Settings, name, visibility and default branch. Unknown fields are ignored. */
export async function changeRepo(call: RepoCall): Promise<Answer> {
  const { state, repo, body, actor } = call
  const changes: Record<string, unknown> = {}
  for (const key of Object.keys(repo.settings) as (keyof RepoSettings)[]) {
    const value = body[key]
    if (typeof value === 'boolean') repo.settings[key] = value
  }
  if (typeof body.default_branch === 'string') await setDefaultBranch(call, body.default_branch)
  if (typeof body.private === 'boolean') repo.private = body.private
  if (typeof body.name === 'string' && body.name !== repo.name) {
    changes.repository = { name: { from: repo.name } }
    rename(call, body.name)
  }
  repo.updated_at = timestamp(state.clock.now())
  const action = changes.repository ? 'renamed' : 'edited'
  emit(state, { repo, event: 'repository', action, by: actor, payload: { changes } })
  return ok(fullJson(call))
}

async function setDefaultBranch({ repo }: RepoCall, branch: string): Promise<void> {
  if ((await readRef(repo, `refs/heads/${branch}`)) === null)
    throw invalid('Repository', 'default_branch', 'invalid')
  repo.default_branch = branch
  await git(repo, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`])
}

function rename({ state, repo }: RepoCall, name: string): void {
  const wanted = repoKey(repo.owner.login, name)
  if (!/^[\w.-]+$/.test(name) || state.repos.has(wanted)) throw invalid('Repository', 'name', 'custom')
  state.repos.delete(repoKey(repo.owner.login, repo.name))
  repo.name = name
  state.repos.set(wanted, repo)
}

export function deleteRepo({ state, repo, actor }: RepoCall): Answer {
  emit(state, { repo, event: 'repository', action: 'deleted', by: actor, payload: {} })
  state.repos.delete(repoKey(repo.owner.login, repo.name))
  return noContent
}
