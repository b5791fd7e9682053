import type { Octokit } from '@octokit/rest'
import { statusOf } from './fault.ts'

/** What is asked as the app itself or as a whole installation, before any repository is known. Throws octokit's errors. */

export type AppClient = Pick<Octokit, 'request'>

type Page<T> = { items: T[]; more: boolean }

/** The app's id and the login of its bot account, as GitHub shows it on what the app writes. */
export async function readSelf(octokit: AppClient): Promise<{ id: number; login: string }> {
  const { data } = await octokit.request('GET /app')
  if (data === null) throw new Error('GitHub does not know this app')
  return { id: data.id, login: `${data.slug}[bot]` }
}

/** Ids of all installations that are not suspended. */
export async function listInstallations(octokit: AppClient): Promise<number[]> {
  const all = await readAll(async page => {
    const { data, headers } = await octokit.request('GET /app/installations', { per_page: 100, page })
    return { items: data, more: hasNext(headers) }
  })
  return all.filter(one => !one.suspended_at).map(one => one.id)
}

export type AccessibleRepository = { id: number; owner: string; name: string }

/** Repositories that an installation may work in; `octokit` is the installation's. Archived ones are left out. */
export async function listRepositories(octokit: AppClient): Promise<AccessibleRepository[]> {
  const all = await readAll(async page => {
    const options = { per_page: 100, page }
    const { data, headers } = await octokit.request('GET /installation/repositories', options)
    return { items: data.repositories, more: hasNext(headers) }
  })
  return all
    .filter(one => !one.archived)
    .map(one => ({ id: Number(one.id), owner: one.owner.login, name: one.name }))
}

export type Installation = {
  id: number
  permissions: Readonly<Record<string, string>>
  events: readonly string[]
}

/** The installation through which the app reaches a repository; null when there is none that works. */
export async function findInstallation(
  octokit: AppClient,
  { owner, name }: { owner: string; name: string },
): Promise<Installation | null> {
  try {
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/installation', { owner, repo: name })
    if (data.suspended_at) return null
    const permissions = Object.fromEntries(
      Object.entries(data.permissions).flatMap(([permission, level]) => (level ? [[permission, level]] : [])),
    )
    return { id: data.id, permissions, events: data.events }
  } catch (error) {
    if (statusOf(error) === 404) return null
    throw error
  }
}

async function readAll<T>(read: (page: number) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = []
  for (let page = 1; ; page++) {
    const { items, more } = await read(page)
    all.push(...items)
    if (!more) return all
  }
}

function hasNext(headers: { link?: string | undefined }): boolean {
  return /rel="next"/.test(headers.link ?? '')
}
