import type { Issue } from '../../issues/state.ts'
import type { Pull } from '../../pulls/state.ts'
import type { Repo } from '../../state.ts'
import type { Args } from '../world.ts'

/** Issues as `issues(…)` asks for them: oldest first unless ordered otherwise. */
export function listIssues(repo: Repo, args: Args): Issue[] {
  const filter = (args.filterBy ?? {}) as Args
  const states = texts(filter.states) ?? texts(args.states)
  const labels = texts(filter.labels) ?? texts(args.labels)
  const found = [...repo.issues.values()].filter(
    issue =>
      !issue.pull &&
      inStates(states, issue.state) &&
      anyLabel(labels, issue) &&
      (!filter.since || Date.parse(issue.updated_at) >= Date.parse(String(filter.since))) &&
      (!filter.createdBy || issue.user.login === filter.createdBy) &&
      (!filter.assignee || assigned(issue, String(filter.assignee))),
  )
  return ordered(found, args.orderBy, issue => issue)
}

export function listPulls(repo: Repo, args: Args): Pull[] {
  const states = texts(args.states)
  const labels = texts(args.labels)
  const found = [...repo.pulls.values()].filter(pull => {
    const issue = repo.issues.get(pull.number)
    if (!issue || !inStates(states, pull.merged ? 'merged' : issue.state)) return false
    if (args.headRefName && pull.head.ref !== args.headRefName) return false
    if (args.baseRefName && pull.base.ref !== args.baseRefName) return false
    return anyLabel(labels, issue)
  })
  return ordered(found, args.orderBy, pull => repo.issues.get(pull.number))
}

function texts(value: unknown): string[] | null {
  return Array.isArray(value) && value.length > 0 ? value.map(String) : null
}

function inStates(states: string[] | null, state: string): boolean {
  return states === null || states.includes(state.toUpperCase())
}

/** GraphQL's list of labels means any of them, where REST means all. */
function anyLabel(labels: string[] | null, issue: Issue): boolean {
  if (labels === null) return true
  const own = issue.labels.map(each => each.toLowerCase())
  return labels.some(label => own.includes(label.toLowerCase()))
}

function assigned(issue: Issue, login: string): boolean {
  return login === '*' ? issue.assignees.length > 0 : issue.assignees.includes(login)
}

function ordered<T>(items: T[], orderBy: unknown, issueOf: (item: T) => Issue | undefined): T[] {
  const order = (orderBy ?? {}) as { field?: string; direction?: string }
  const key = (item: T) => {
    const issue = issueOf(item)
    return (order.field === 'UPDATED_AT' ? issue?.updated_at : issue?.created_at) ?? ''
  }
  const number = (item: T) => issueOf(item)?.number ?? 0
  const sorted = [...items].sort((a, b) => key(a).localeCompare(key(b)) || number(a) - number(b))
  return order.direction === 'DESC' ? sorted.reverse() : sorted
}
