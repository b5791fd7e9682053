import { statusOf } from './fault.ts'
import type { Forge } from './forge.ts'
import type { Lru } from './lru.ts'
import { LATER_VERSION, VERSION } from './policy.ts'

type Query = Readonly<Record<string, string | number | boolean>>
export type Read<T> = { body: T; more: boolean; fresh: boolean }

/**
 * One conditional GET: an unchanged answer costs nothing of the rate limit. `T` is GitHub's documented shape of that
 * route. Throws octokit's errors.
 * @param path below the API root, such as `/repos/{owner}/{repo}/issues`; owner and repo are filled in.
 */
export async function read<T>(forge: Forge, path: string, query: Query = {}): Promise<Read<T>> {
  const key = `${path} ${JSON.stringify(query)}`
  const known = forge.memory.pages.get(key)
  try {
    const response = await forge.octokit.request(`GET ${path}`, {
      ...placeOf(forge, path),
      ...query,
      headers: {
        ...(known === undefined ? {} : { 'if-none-match': known.etag }),
        ...(isLater(forge, path) ? { [VERSION]: LATER_VERSION } : {}),
      },
    })
    const more = /rel="next"/.test(response.headers.link ?? '')
    const etag = response.headers.etag
    if (etag !== undefined && !isLasting(path)) {
      const size = Number(response.headers['content-length']) || JSON.stringify(response.data).length
      forge.memory.pages.set(key, { etag, body: response.data, more, size })
    }
    return { body: response.data as T, more, fresh: true }
  } catch (error) {
    if (statusOf(error) === 400 && isLater(forge, path)) {
      forge.memory.laterVersion = false
      return read(forge, path, query)
    }
    if (statusOf(error) !== 304 || known === undefined) throw error
    return { body: known.body as T, more: known.more, fresh: false }
  }
}

/**
 * Of each open pull request the list tells the commit of a trial merge, which GitHub makes anew whenever the base moves: the
 * whole list would count again after each landing. The later version leaves that out.
 */
function isLater({ memory }: Forge, path: string): boolean {
  return memory.laterVersion && path === '/repos/{owner}/{repo}/pulls'
}

/** Named by a SHA, and kept by `once` in a better shape: the raw answer of a large tree alone takes megabytes. */
function isLasting(path: string): boolean {
  return /\/git\/(?:trees|blobs|commits)\/|\/compare\//.test(path)
}

/** Asked anew, for what must not be an old answer. Counts. */
export async function readFresh<T>(forge: Forge, path: string, query: Query = {}): Promise<T> {
  const { data } = await forge.octokit.request(`GET ${path}`, {
    ...placeOf(forge, path),
    ...query,
  })
  return data as T
}

/** Octokit puts what the path has no place for into the query. */
function placeOf({ owner, repo }: Forge, path: string): { owner?: string; repo?: string } {
  return path.startsWith('/repos/{owner}/{repo}') ? { owner, repo } : {}
}

/** As `read`, with null for what is not there (or hidden). A 404 counts, so it is remembered for `minutes`. */
export async function readMaybe<T>(
  forge: Forge,
  path: string,
  query: Query = {},
  minutes = 10,
): Promise<T | null> {
  const key = `${path} ${JSON.stringify(query)}`
  const again = forge.memory.refused.get(key)
  if (again !== undefined && forge.now() < again) return null
  try {
    const { body } = await read<T>(forge, path, query)
    forge.memory.refused.delete(key)
    return body
  } catch (error) {
    const status = statusOf(error)
    // Gone: it was there once, such as an issue that somebody deleted.
    if (status !== 404 && status !== 410) throw error
    forge.memory.refused.set(key, forge.now() + minutes * 60_000)
    return null
  }
}

/** All pages of a list. As many as the list had last time are asked side by side. */
export async function readList<T>(forge: Forge, path: string, query: Query = {}): Promise<T[]> {
  return readPages(forge, path, query, { items: (body: T[]) => body })
}

/** As `readList`, but no page is older than the first: the others are asked for when that one is there. */
export async function readListAfterFirst<T>(forge: Forge, path: string, query: Query = {}): Promise<T[]> {
  return readPages(forge, path, query, { items: (body: T[]) => body, others: 'after the first' })
}

/** `others`: when those after the first page are asked for. */
type Paging<B, T> = { items(body: B): T[]; others?: 'side by side' | 'after the first' }

/** All pages of a list that comes wrapped in an object. */
export async function readPages<B, T>(
  forge: Forge,
  path: string,
  query: Query,
  { items, others = 'side by side' }: Paging<B, T>,
): Promise<T[]> {
  const key = `${path} ${JSON.stringify(query)}`
  const page = (n: number) => read<B>(forge, path, { ...query, per_page: 100, page: n })
  const length = forge.memory.lengths.get(key) ?? 1
  const first = page(1)
  if (others === 'after the first') await first
  const pages = await Promise.all([first, ...Array.from({ length: length - 1 }, (_, i) => page(i + 2))])
  const last = pages.findIndex(each => !each.more)
  if (last >= 0) pages.length = last + 1
  while (pages.at(-1)?.more === true) pages.push(await page(pages.length + 1))
  forge.memory.lengths.set(key, pages.length)
  return pages.flatMap(each => items(each.body))
}

/** Something that its SHA names: asked once. `load` makes it from whatever requests it needs. */
export async function once<T>(
  { memory }: Forge,
  key: string,
  load: () => Promise<T>,
  shelf: Lru<T> = memory.objects as Lru<T>,
): Promise<T> {
  const known = shelf.get(key)
  if (known !== undefined) return known
  const value = await load()
  shelf.set(key, value)
  return value
}
