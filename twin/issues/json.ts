import { findAccount } from '../accounts.ts'
import { accountJson } from '../repos/json.ts'
import type { Account, Repo, TwinState } from '../state.ts'
import { api, web } from './address.ts'
import { labelNamed } from './label.ts'
import { locate } from './lookup.ts'
import { association } from './standing.ts'
import type { Issue, IssueComment, Label, Reaction } from './state.ts'
import { appJson } from './via.ts'

type Json = Record<string, unknown>

export const REACTIONS = ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes'] as const

/** A person or bot as other documents show them. */
export function personJson(state: TwinState, account: Account | null): Json | null {
  return account && accountJson(state, account)
}

export function labelJson(state: TwinState, repo: Repo, label: Label): Json {
  return { ...label, url: `${api(state, repo)}/labels/${encodeURIComponent(label.name)}`, default: false }
}

export function reactionsJson(reactions: Reaction[], url: string): Json {
  const counts = REACTIONS.map(content => [
    content,
    reactions.filter(each => each.content === content).length,
  ])
  return { url, total_count: reactions.length, ...Object.fromEntries(counts) }
}

/** An issue as REST gives it; for a pull request, its issue side with the `pull_request` key. */
export function issueJson(state: TwinState, repo: Repo, issue: Issue): Json {
  const url = `${api(state, repo)}/issues/${issue.number}`
  const page = `${web(state, repo)}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`
  const assignees = issue.assignees.map(login => personJson(state, findAccount(state, login) ?? null))
  return {
    url,
    repository_url: api(state, repo),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    id: issue.id,
    node_id: issue.node_id,
    number: issue.number,
    title: issue.title,
    user: personJson(state, issue.user),
    labels: labelsOf(state, repo, issue),
    state: issue.state,
    locked: issue.locked,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: milestoneJson(repo, issue.milestone),
    comments: issue.commentCount,
    created_at: issue.created_at,
    updated_at: issue.updated_at,
    closed_at: issue.closed_at,
    author_association: association(state, repo, issue.user),
    active_lock_reason: issue.lockReason,
    ...(issue.pull ? pullKey(state, repo, issue) : issueOnly(state, repo, issue)),
    body: issue.body,
    closed_by: personJson(state, issue.closed_by),
    reactions: reactionsJson(issue.reactions, `${url}/reactions`),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: appJson(state, issue.performedViaAppId),
    state_reason: issue.state_reason,
  }
}

function issueOnly(state: TwinState, repo: Repo, issue: Issue): Json {
  if (state.profile === 'ghes') return {}
  const parent = issue.parent === null ? null : locate(state, issue.parent)
  return {
    type: issue.type === null ? null : typeJson(issue.type),
    sub_issues_summary: subIssuesSummary(state, issue),
    issue_dependencies_summary: dependenciesSummary(state, issue),
    ...(parent ? { parent_issue_url: `${api(state, parent.repo)}/issues/${parent.issue.number}` } : {}),
    ...(repo.owner.type === 'Organization' ? { issue_field_values: [] } : {}),
  }
}

export function typeJson(name: string): Json {
  return { id: name.length, node_id: `IT_${name}`, name, description: null, color: 'blue', is_enabled: true }
}

export function subIssuesSummary(state: TwinState, issue: Issue): Json {
  const total = issue.subIssues.length
  const completed = issue.subIssues.filter(id => locate(state, id)?.issue.state === 'closed').length
  return { total, completed, percent_completed: total === 0 ? 0 : Math.floor((completed * 100) / total) }
}

/** `blocked_by` counts open blockers only; the totals count closed ones too. */
export function dependenciesSummary(state: TwinState, issue: Issue): Json {
  const open = (ids: number[]) => ids.filter(id => locate(state, id)?.issue.state === 'open').length
  return {
    blocked_by: open(issue.blockedBy),
    total_blocked_by: issue.blockedBy.length,
    blocking: open(issue.blocking),
    total_blocking: issue.blocking.length,
  }
}

function pullKey(state: TwinState, repo: Repo, issue: Issue): Json {
  const pull = repo.pulls.get(issue.number)
  const page = `${web(state, repo)}/pull/${issue.number}`
  return {
    draft: pull?.draft ?? false,
    pull_request: {
      url: `${api(state, repo)}/pulls/${issue.number}`,
      html_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      merged_at: pull?.merged_at ?? null,
    },
  }
}

export function labelsOf(state: TwinState, repo: Repo, issue: Issue): Json[] {
  return issue.labels.flatMap(name => {
    const label = labelNamed(repo, name)
    return label ? [labelJson(state, repo, label)] : []
  })
}

export function milestoneJson(repo: Repo, number: number | null): Json | null {
  const milestone = number === null ? undefined : repo.milestones.get(number)
  return milestone ? { ...milestone, node_id: `MI_${milestone.id}`, description: null } : null
}

export function commentJson(state: TwinState, repo: Repo, comment: IssueComment): Json {
  const issue = repo.issues.get(comment.issue)
  const url = `${api(state, repo)}/issues/comments/${comment.id}`
  return {
    url,
    html_url: `${web(state, repo)}/${issue?.pull ? 'pull' : 'issues'}/${comment.issue}#issuecomment-${comment.id}`,
    issue_url: `${api(state, repo)}/issues/${comment.issue}`,
    id: comment.id,
    node_id: comment.node_id,
    user: personJson(state, comment.user),
    created_at: comment.created_at,
    updated_at: comment.updated_at,
    body: comment.body,
    author_association: association(state, repo, comment.user),
    reactions: reactionsJson(comment.reactions, `${url}/reactions`),
    performed_via_github_app: appJson(state, comment.performedViaAppId),
  }
}
