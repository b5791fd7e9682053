import type { Repo, TwinState } from '../state.ts'
import { repoOf } from './json.ts'
import type { Pull } from './state.ts'

/** What GET /pulls answers for its filters. */
export function listPulls(state: TwinState, repo: Repo, query: URLSearchParams): Pull[] {
  const wanted = query.get('state') ?? 'open'
  const base = query.get('base')
  const chosen = [...repo.pulls.values()].filter(
    pull =>
      (wanted === 'all' || repo.issues.get(pull.number)?.state === wanted) &&
      (base === null || pull.base.ref === base) &&
      matchesHead(state, repo, pull, query.get('head')),
  )
  const sort = query.get('sort') ?? 'created'
  // Newest first unless another sort is asked for without a direction.
  const sign =
    (query.get('direction') ?? (query.has('sort') && sort !== 'created' ? 'asc' : 'desc')) === 'asc' ? 1 : -1
  const key = (pull: Pull) => {
    const issue = repo.issues.get(pull.number)
    return Date.parse((sort === 'updated' ? issue?.updated_at : issue?.created_at) ?? '')
  }
  return chosen.sort((one, other) => sign * (key(one) - key(other) || one.number - other.number))
}

/** Only `owner:branch` filters; without the colon GitHub ignores the filter and answers everything. */
function matchesHead(state: TwinState, repo: Repo, pull: Pull, head: string | null): boolean {
  if (head === null || !head.includes(':')) return true
  const owner = repoOf(state, repo, pull.head.repoId)?.owner.login ?? ''
  return `${owner}:${pull.head.ref}`.toLowerCase() === head.toLowerCase()
}
