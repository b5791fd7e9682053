import type { Repo, TwinState } from '../state.ts'

/** Where a repository's REST resources live, without a trailing slash. */
export function api(state: TwinState, repo: Repo): string {
  return `${state.url}/api/v3/repos/${repo.owner.login}/${repo.name}`
}

/** Where people look at the repository. */
export function web(state: TwinState, repo: Repo): string {
  return `${state.url}/${repo.owner.login}/${repo.name}`
}
