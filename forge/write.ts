import type { Instant } from '../core/world.ts'
import type { Forge } from './forge.ts'

type Route = `${'POST' | 'PATCH' | 'PUT' | 'DELETE'} /repos/{owner}/{repo}/${string}`

/** One REST write, sent once. `T` is GitHub's documented answer of that route. Throws octokit's errors. */
export async function write<T = unknown>(forge: Forge, route: Route, fields: object): Promise<T> {
  return (await writeTimed<T>(forge, route, fields)).data
}

/** The same, with the moment of the answer by GitHub's own clock; 0 when it does not say. */
export async function writeTimed<T = unknown>(
  forge: Forge,
  route: Route,
  fields: object,
): Promise<{ data: T; at: Instant }> {
  const place = { owner: forge.owner, repo: forge.repo }
  const { data, headers } = await forge.octokit.request(route, { ...place, ...fields })
  return { data, at: Date.parse(headers.date ?? '') || 0 }
}
