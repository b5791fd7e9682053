import type { Forge } from './forge.ts'

type Route = `${'POST' | 'PATCH' | 'PUT' | 'DELETE'} /repos/{owner}/{repo}/${string}`

/** One REST write, sent once. `T` is GitHub's documented answer of that route. Throws octokit's errors. */
export async function write<T = unknown>(forge: Forge, route: Route, fields: object): Promise<T> {
  const { data } = await forge.octokit.request(route, { owner: forge.owner, repo: forge.repo, ...fields })
  return data
}
