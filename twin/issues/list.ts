import type { Repo } from '../state.ts'
import type { Issue } from './state.ts'

/** What GET /issues answers for its filters: issues and pull requests together, newest first unless told otherwise. */
export function listIssues(repo: Repo, query: URLSearchParams): Issue[] {
  const wanted = query.get('state') ?? 'open'
  const labels = (query.get('labels') ?? '').split(',').filter(name => name !== '')
  const since = Date.parse(query.get('since') ?? '')
  const chosen = [...repo.issues.values()].filter(
    issue =>
      (wanted === 'all' || issue.state === wanted) &&
      labels.every(name => issue.labels.some(each => same(each, name))) &&
      (Number.isNaN(since) || Date.parse(issue.updated_at) >= since) &&
      byPeople(issue, query) &&
      byMilestone(issue, query.get('milestone')),
  )
  return chosen.sort(order(query))
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

function byPeople(issue: Issue, query: URLSearchParams): boolean {
  const creator = query.get('creator')
  const assignee = query.get('assignee')
  const type = query.get('type')
  if (creator !== null && !same(creator, issue.user.login)) return false
  if (type !== null && type !== '*' && !same(type, issue.type ?? 'none')) return false
  if (assignee === null) return true
  if (assignee === 'none') return issue.assignees.length === 0
  if (assignee === '*') return issue.assignees.length > 0
  return issue.assignees.some(each => same(each, assignee))
}

function byMilestone(issue: Issue, milestone: string | null): boolean {
  if (milestone === null) return true
  if (milestone === 'none') return issue.milestone === null
  return milestone === '*' ? issue.milestone !== null : issue.milestone === Number(milestone)
}

function order(query: URLSearchParams): (one: Issue, other: Issue) => number {
  const sort = query.get('sort') ?? 'created'
  const sign = query.get('direction') === 'asc' ? 1 : -1
  const key = (issue: Issue): number => {
    if (sort === 'comments') return issue.commentCount
    return Date.parse(sort === 'updated' ? issue.updated_at : issue.created_at)
  }
  return (one, other) => sign * (key(one) - key(other) || one.number - other.number)
}
