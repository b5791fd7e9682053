import { timestamp } from '../clock.ts'
import { accountOf, emit } from '../emit.ts'
import { type Actor, nodeId, type Repo, type TwinState, takeId } from '../state.ts'
import { commentJson, issueJson } from './json.ts'
import { noteMentions } from './mention.ts'
import type { Issue, IssueComment } from './state.ts'
import { record, touch } from './timeline.ts'
import { viaApp } from './via.ts'

/** Comments of pull requests are issue comments too. */
export function createComment(
  state: TwinState,
  repo: Repo,
  said: { issue: Issue; body: string },
  by: Actor,
): IssueComment {
  const id = takeId(state)
  const at = timestamp(state.clock.now())
  const comment: IssueComment = {
    id,
    node_id: nodeId('IC', id),
    issue: said.issue.number,
    body: said.body,
    user: accountOf(by),
    performedViaAppId: viaApp(by),
    created_at: at,
    updated_at: at,
    reactions: [],
  }
  repo.comments.set(id, comment)
  said.issue.commentCount += 1
  touch(state, said.issue)
  record(state, said.issue, { event: 'commented', by, extra: { commentId: id } })
  tellComment(state, repo, { comment, action: 'created' }, by)
  noteMentions(state, repo, { from: said.issue, text: said.body }, by)
  return comment
}

export function editComment(
  state: TwinState,
  repo: Repo,
  edit: { comment: IssueComment; body: string },
  by: Actor,
): void {
  const { comment } = edit
  const changes = { body: { from: comment.body } }
  comment.body = edit.body
  comment.updated_at = timestamp(state.clock.now())
  tellComment(state, repo, { comment, action: 'edited', changes }, by)
}

export function deleteComment(state: TwinState, repo: Repo, comment: IssueComment, by: Actor): void {
  repo.comments.delete(comment.id)
  const issue = repo.issues.get(comment.issue)
  if (issue) {
    issue.commentCount -= 1
    issue.timeline = issue.timeline.filter(each => each.commentId !== comment.id)
    record(state, issue, { event: 'comment_deleted', by })
  }
  tellComment(state, repo, { comment, action: 'deleted' }, by)
}

function tellComment(
  state: TwinState,
  repo: Repo,
  told: { comment: IssueComment; action: 'created' | 'edited' | 'deleted'; changes?: unknown },
  by: Actor,
): void {
  const issue = repo.issues.get(told.comment.issue)
  if (!issue) return
  const payload = {
    issue: issueJson(state, repo, issue),
    comment: commentJson(state, repo, told.comment),
    ...(told.changes === undefined ? {} : { changes: told.changes }),
  }
  emit(state, { repo, event: 'issue_comment', action: told.action, by, payload })
}
