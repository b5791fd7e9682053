import { emit } from '../emit.ts'
import { HttpError } from '../http/route.ts'
import { repoJson } from '../repos/json.ts'
import type { Actor, Repo, TwinState } from '../state.ts'
import { api } from './address.ts'
import { issueJson } from './json.ts'
import { depart, forget, locate, remember } from './lookup.ts'
import type { Issue } from './state.ts'
import { record } from './timeline.ts'

/** An issue that is gone: no link to it stays behind. REST has no such call; people and GraphQL do. */
export function deleteIssue(state: TwinState, repo: Repo, issue: Issue, by: Actor): void {
  const shown = issueJson(state, repo, issue)
  unlink(state, issue)
  remove(state, repo, issue)
  depart(repo, issue.number, null)
  for (const comment of [...repo.comments.values()]) {
    if (comment.issue === issue.number) repo.comments.delete(comment.id)
  }
  emit(state, { repo, event: 'issues', action: 'deleted', by, payload: { issue: shown } })
}

/** Moves an issue to another repository of the same owner, where it gets a new number and keeps its id. */
export function transferIssue(
  state: TwinState,
  from: Repo,
  moved: { issue: Issue; to: Repo },
  by: Actor,
): void {
  const { issue, to } = moved
  const { number } = issue
  if (issue.pull || to.owner.id !== from.owner.id || to === from) {
    throw new HttpError(422, 'Issue cannot be transferred to that repository')
  }
  const before = issueJson(state, from, issue)
  const comments = [...from.comments.values()].filter(comment => comment.issue === issue.number)
  remove(state, from, issue)
  issue.number = to.nextNumber
  to.nextNumber += 1
  issue.labels = issue.labels.filter(name => to.labels.has(name.toLowerCase()))
  issue.milestone = null
  to.issues.set(issue.number, issue)
  remember(state, to, issue)
  depart(from, number, `${api(state, to)}/issues/${issue.number}`)
  for (const comment of comments) {
    from.comments.delete(comment.id)
    to.comments.set(comment.id, { ...comment, issue: issue.number })
  }
  record(state, issue, { event: 'transferred', by })
  const changes = { new_issue: issueJson(state, to, issue), new_repository: repoJson(state, to) }
  emit(state, { repo: from, event: 'issues', action: 'transferred', by, payload: { issue: before, changes } })
  const opened = { old_issue: before, old_repository: repoJson(state, from) }
  const payload = { issue: issueJson(state, to, issue), changes: opened }
  emit(state, { repo: to, event: 'issues', action: 'opened', by, payload })
}

function remove(state: TwinState, repo: Repo, issue: Issue): void {
  repo.issues.delete(issue.number)
  forget(state, issue)
}

function unlink(state: TwinState, issue: Issue): void {
  const without = (ids: number[]) => ids.filter(id => id !== issue.id)
  for (const id of issue.subIssues) {
    const child = locate(state, id)?.issue
    if (child) child.parent = null
  }
  const parent = issue.parent === null ? undefined : locate(state, issue.parent)?.issue
  if (parent) parent.subIssues = without(parent.subIssues)
  for (const id of issue.blockedBy) {
    const blocker = locate(state, id)?.issue
    if (blocker) blocker.blocking = without(blocker.blocking)
  }
  for (const id of issue.blocking) {
    const blocked = locate(state, id)?.issue
    if (blocked) blocked.blockedBy = without(blocked.blockedBy)
  }
}
