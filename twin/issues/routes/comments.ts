import { page } from '../../http/page.ts'
import { created, HttpError, invalid, noContent, ok, type RepoCall, type Route } from '../../http/route.ts'
import { createComment, deleteComment, editComment } from '../comment.ts'
import { needText } from '../input.ts'
import { commentJson } from '../json.ts'
import { commentAt, issueAt } from '../lookup.ts'
import { mayPush } from '../standing.ts'
import type { IssueComment } from '../state.ts'
import { tooLong } from './issues.ts'

const REPO = '/repos/{owner}/{repo}'
const OF_ISSUE = `${REPO}/issues/{issue_number}/comments`
const ONE = `${REPO}/issues/comments/{comment_id}`
const READ = [{ issues: 'read' as const }, { pull_requests: 'read' as const }]
const WRITE = [{ issues: 'write' as const }, { pull_requests: 'write' as const }]

function show(call: RepoCall) {
  return (comment: IssueComment) => commentJson(call.state, call.repo, comment)
}

function since(call: RepoCall): (comment: IssueComment) => boolean {
  const from = Date.parse(call.query.get('since') ?? '')
  return comment => Number.isNaN(from) || Date.parse(comment.updated_at) >= from
}

function listOfIssue(call: RepoCall) {
  const issue = issueAt(call.repo, call.params.issue_number)
  const own = [...call.repo.comments.values()].filter(each => each.issue === issue.number)
  return page(call, own.filter(since(call)), show(call))
}

function listOfRepo(call: RepoCall) {
  const { query } = call
  const found = [...call.repo.comments.values()].filter(since(call))
  const sort = query.get('sort')
  if (sort === 'updated') found.sort((a, b) => Date.parse(a.updated_at) - Date.parse(b.updated_at))
  // `direction` is ignored without `sort`, as on GitHub.
  if (sort !== null && query.get('direction') !== 'asc') found.reverse()
  return page(call, found, show(call))
}

function bodyOf(call: RepoCall): string {
  const body = needText(call.body, 'body')
  if (body.trim() === '') throw invalid('IssueComment', 'body', 'missing_field')
  if (body.length > 65_536) throw tooLong('body', 65_536)
  return body
}

function create(call: RepoCall) {
  const { state, repo, actor } = call
  const issue = issueAt(repo, call.params.issue_number)
  const body = bodyOf(call)
  if (issue.locked && !mayPush(state, repo, actor)) {
    throw new HttpError(403, 'Unable to create comment because issue is locked.')
  }
  return created(show(call)(createComment(state, repo, { issue, body }, actor)))
}

function update(call: RepoCall) {
  const comment = commentAt(call.repo, call.params.comment_id)
  editComment(call.state, call.repo, { comment, body: bodyOf(call) }, call.actor)
  return ok(show(call)(comment))
}

function remove(call: RepoCall) {
  deleteComment(call.state, call.repo, commentAt(call.repo, call.params.comment_id), call.actor)
  return noContent
}

export const commentRoutes: Route[] = [
  { method: 'GET', path: OF_ISSUE, needs: READ, handle: listOfIssue },
  { method: 'POST', path: OF_ISSUE, needs: WRITE, creates: true, handle: create },
  { method: 'GET', path: `${REPO}/issues/comments`, needs: READ, handle: listOfRepo },
  {
    method: 'GET',
    path: ONE,
    needs: READ,
    handle: call => ok(show(call)(commentAt(call.repo, call.params.comment_id))),
  },
  { method: 'PATCH', path: ONE, needs: WRITE, handle: update },
  { method: 'DELETE', path: ONE, needs: WRITE, handle: remove },
]
