import { HttpError, notFound } from '../http/route.ts'
import type { Repo, TwinState } from '../state.ts'
import type { Issue, IssueComment } from './state.ts'

export type Located = { repo: Repo; issue: Issue }

/** Sub-issues and dependencies name issues by database id, across repositories: a scan would cost too much. */
const byId = new WeakMap<TwinState, Map<number, Located>>()

export function remember(state: TwinState, repo: Repo, issue: Issue): void {
  const known = byId.get(state) ?? new Map<number, Located>()
  byId.set(state, known)
  known.set(issue.id, { repo, issue })
}

export function forget(state: TwinState, issue: Issue): void {
  byId.get(state)?.delete(issue.id)
}

export function locate(state: TwinState, id: number): Located | null {
  return byId.get(state)?.get(id) ?? null
}

/** Numbers whose issue has left a repository: where it is now, null for nowhere. */
const departed = new WeakMap<Repo, Map<number, string | null>>()

export function depart(repo: Repo, number: number, url: string | null): void {
  const known = departed.get(repo) ?? new Map<number, string | null>()
  departed.set(repo, known)
  known.set(number, url)
}

/** The issue or pull request that a path names. @throws 404, 410 when it was deleted or issues are switched off, 301 when it was moved */
export function issueAt(repo: Repo, number: string | undefined): Issue {
  const issue = repo.issues.get(Number(number))
  if (!issue) throw explainMissing(departed.get(repo)?.get(Number(number)))
  if (!issue.pull) requireIssues(repo)
  return issue
}

function explainMissing(url: string | null | undefined): HttpError {
  if (url === undefined) return notFound()
  if (url === null) return new HttpError(410, 'This issue was deleted')
  return new HttpError(301, 'Moved Permanently', undefined, { location: url })
}

export function requireIssues(repo: Repo): void {
  if (!repo.settings.has_issues) throw new HttpError(410, 'Issues are disabled for this repo')
}

export function commentAt(repo: Repo, id: string | undefined): IssueComment {
  const comment = repo.comments.get(Number(id))
  if (!comment) throw notFound()
  return comment
}
