import type { Profile } from '../state.ts'
import { HttpError } from './route.ts'

export type ApiVersion = '2022-11-28' | '2026-03-10'
const HEADER = 'x-github-api-version'

/** The version a call asks for; the oldest when it asks for none. Callers were checked by `checkVersion`. */
export function version(call: { headers: Record<string, string> }): ApiVersion {
  return call.headers[HEADER] === '2026-03-10' ? '2026-03-10' : '2022-11-28'
}

/** 400 for a version this host does not know; Enterprise Server knows only the older. */
export function checkVersion(headers: Record<string, string>, profile: Profile): void {
  const wanted = headers[HEADER]
  if (wanted === undefined || wanted === '2022-11-28') return
  if (wanted === '2026-03-10' && profile === 'dotcom') return
  throw new HttpError(
    400,
    `"${wanted}" is not a supported version. Supported versions can be found in the documentation.`,
  )
}

const REPO_KEYS = ['has_downloads', 'use_squash_pr_title_as_default', 'master_branch']

/** What 2026-03-10 took out of answers: `merge_commit_sha`, the single `assignee`, some keys of repositories. */
export function trimToVersion(body: unknown, wanted: ApiVersion): unknown {
  if (wanted === '2022-11-28') return body
  if (Array.isArray(body)) return body.map(item => trimToVersion(item, wanted))
  if (body === null || typeof body !== 'object') return body
  const gone = removedFrom(body as Record<string, unknown>)
  const kept = Object.entries(body).filter(([key]) => !gone.includes(key))
  return Object.fromEntries(kept.map(([key, value]) => [key, trimToVersion(value, wanted)]))
}

function removedFrom(body: Record<string, unknown>): string[] {
  const gone: string[] = []
  if ('head' in body && 'base' in body && 'merge_commit_sha' in body) gone.push('merge_commit_sha')
  if ('assignees' in body) gone.push('assignee')
  if ('full_name' in body) gone.push(...REPO_KEYS)
  if ('resources' in body) gone.push('rate')
  return gone
}
