import { findAccount } from '../../accounts.ts'
import { page } from '../../http/page.ts'
import {
  created,
  HttpError,
  invalid,
  noContent,
  notFound,
  ok,
  type RepoCall,
  type Route,
} from '../../http/route.ts'
import { closeIssue, editIssue, reopenIssue } from '../change.ts'
import { choice, needText, number, text, textOrNull, texts } from '../input.ts'
import { addAssignees, createIssue, removeAssignees, setLabels } from '../issue.ts'
import { issueJson, typeJson } from '../json.ts'
import { listIssues } from '../list.ts'
import { issueAt, requireIssues } from '../lookup.ts'
import { mayPush, mayTriage } from '../standing.ts'
import type { Issue } from '../state.ts'
import { tell } from '../tell.ts'
import { record, touch } from '../timeline.ts'

const ONE = '/repos/{owner}/{repo}/issues/{issue_number}'
const READ = [{ issues: 'read' as const }, { pull_requests: 'read' as const }]
const WRITE = [{ issues: 'write' as const }, { pull_requests: 'write' as const }]
const REASONS = ['completed', 'not_planned', 'duplicate', 'reopened'] as const

function list(call: RepoCall) {
  requireIssues(call.repo)
  const { state, repo } = call
  return page(call, listIssues(repo, call.query), issue => issueJson(state, repo, issue))
}

function create(call: RepoCall) {
  const { state, repo, body, actor } = call
  requireIssues(repo)
  const title = typeof body.title === 'number' ? String(body.title) : needText(body, 'title')
  if (title.trim() === '') throw invalid('Issue', 'title', 'missing_field')
  checkSizes({ title, body: textOrNull(body, 'body') })
  // Without standing GitHub does not refuse these: it leaves them out in silence.
  const sorting = mayTriage(state, repo, actor)
  const one = text(body, 'assignee')
  const issue = createIssue(
    state,
    repo,
    {
      title,
      body: textOrNull(body, 'body'),
      labels: sorting ? texts(body, 'labels') : [],
      assignees: sorting ? (texts(body, 'assignees') ?? (one ? [one] : [])) : [],
      milestone: sorting ? (number(body, 'milestone') ?? null) : null,
      type: mayPush(state, repo, actor) || sorting ? typeOf(body) : null,
    },
    actor,
  )
  return created(issueJson(state, repo, issue))
}

function typeOf(body: Record<string, unknown>): string | null | undefined {
  return textOrNull(body, 'type')
}

function checkSizes(given: { title?: string | undefined; body?: string | null | undefined }): void {
  if ((given.title?.length ?? 0) > 256) throw tooLong('title', 256)
  if ((given.body?.length ?? 0) > 65_536) throw tooLong('body', 65_536)
}

export function tooLong(field: string, most: number): HttpError {
  const message = `${field} is too long (maximum is ${most} characters)`
  return new HttpError(422, 'Validation Failed', [{ resource: 'Issue', code: 'custom', field, message }])
}

function update(call: RepoCall) {
  const { state, repo, body, actor } = call
  const issue = issueAt(repo, call.params.issue_number)
  const title = body.title === null ? undefined : text(body, 'title')
  if (title?.trim() === '') throw invalid('Issue', 'title', 'missing_field')
  checkSizes({ title, body: textOrNull(body, 'body') })
  editIssue(state, repo, { issue, title, body: textOrNull(body, 'body') }, actor)
  if (mayTriage(state, repo, actor)) sort(call, issue)
  moveState(call, issue)
  return ok(issueJson(state, repo, issue))
}

/** Labels, assignees, milestone and type: for those with standing, dropped in silence for others. */
function sort(call: RepoCall, issue: Issue): void {
  const { state, repo, body, actor } = call
  const labels = texts(body, 'labels')
  if (labels) setLabels(state, repo, { issue, names: labels }, actor)
  const assignees = texts(body, 'assignees')
  if (assignees) {
    const wanted = new Set(assignees.map(login => login.toLowerCase()))
    const gone = issue.assignees.filter(login => !wanted.has(login.toLowerCase()))
    removeAssignees(state, repo, { issue, logins: gone }, actor)
    addAssignees(state, repo, { issue, logins: assignees }, actor)
  }
  if (body.milestone !== undefined) {
    issue.milestone = body.milestone === null ? null : (number(body, 'milestone') ?? null)
    touch(state, issue)
    tell(state, repo, { issue, action: issue.milestone === null ? 'demilestoned' : 'milestoned' }, actor)
  }
  const type = typeOf(body)
  if (type !== undefined && type !== issue.type) {
    issue.type = type
    touch(state, issue)
    tell(state, repo, { issue, action: type === null ? 'untyped' : 'typed' }, actor)
  }
}

function moveState(call: RepoCall, issue: Issue): void {
  const { state, repo, body, actor } = call
  const wanted = choice(body, 'state', ['open', 'closed'] as const)
  const reason = choice(body, 'state_reason', REASONS) ?? null
  if (issue.pull && repo.pulls.get(issue.number)?.merged && wanted) return
  if (wanted === 'closed') closeIssue(state, repo, { issue, reason }, actor)
  if (wanted === 'open') reopenIssue(state, repo, issue, actor)
}

function lock(call: RepoCall) {
  const { state, repo, actor } = call
  const issue = issueAt(repo, call.params.issue_number)
  const reason = choice(call.body, 'lock_reason', ['off-topic', 'too heated', 'resolved', 'spam'] as const)
  issue.locked = true
  issue.lockReason = reason ?? null
  record(state, issue, { event: 'locked', by: actor, extra: { lock_reason: issue.lockReason } })
  tell(state, repo, { issue, action: 'locked' }, actor)
  return noContent
}

function unlock(call: RepoCall) {
  const { state, repo, actor } = call
  const issue = issueAt(repo, call.params.issue_number)
  issue.locked = false
  issue.lockReason = null
  record(state, issue, { event: 'unlocked', by: actor })
  tell(state, repo, { issue, action: 'unlocked' }, actor)
  return noContent
}

function assign(call: RepoCall) {
  const { state, repo, body, actor } = call
  const issue = issueAt(repo, call.params.issue_number)
  const logins = (texts(body, 'assignees') ?? []).filter(login => findAccount(state, login))
  const change = call.method === 'POST' ? addAssignees : removeAssignees
  change(state, repo, { issue, logins }, actor)
  const answer = issueJson(state, repo, issue)
  return call.method === 'POST' ? created(answer) : ok(answer)
}

/** Types belong to organizations; people's repositories have none. */
function types(call: RepoCall) {
  if (call.state.profile === 'ghes') throw notFound()
  const names = call.repo.owner.type === 'Organization' ? ['Task', 'Bug', 'Feature'] : []
  return ok(names.map(typeJson))
}

export const oneIssueRoutes: Route[] = [
  { method: 'GET', path: '/repos/{owner}/{repo}/issue-types', needs: [], handle: types },
  { method: 'GET', path: '/repos/{owner}/{repo}/issues', needs: READ, handle: list },
  {
    method: 'POST',
    path: '/repos/{owner}/{repo}/issues',
    needs: [{ issues: 'write' }],
    creates: true,
    handle: create,
  },
  {
    method: 'GET',
    path: ONE,
    needs: READ,
    handle: call => ok(issueJson(call.state, call.repo, issueAt(call.repo, call.params.issue_number))),
  },
  { method: 'PATCH', path: ONE, needs: WRITE, handle: update },
  { method: 'PUT', path: `${ONE}/lock`, needs: WRITE, handle: lock },
  { method: 'DELETE', path: `${ONE}/lock`, needs: WRITE, handle: unlock },
  { method: 'POST', path: `${ONE}/assignees`, needs: WRITE, handle: assign },
  { method: 'DELETE', path: `${ONE}/assignees`, needs: WRITE, handle: assign },
]
