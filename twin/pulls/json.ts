import { findAccount } from '../accounts.ts'
import { api, web } from '../issues/address.ts'
import { labelsOf, milestoneJson, personJson } from '../issues/json.ts'
import { association } from '../issues/standing.ts'
import { repoJson } from '../repos/json.ts'
import type { Repo, TwinState } from '../state.ts'
import { mergeableState } from './mergestate.ts'
import type { Pull, Review, ReviewComment } from './state.ts'

type Json = Record<string, unknown>

/** The short form of lists: mergeability and counts are only in the full one. */
export function listedPullJson(state: TwinState, repo: Repo, pull: Pull): Json {
  const issue = repo.issues.get(pull.number)
  if (!issue) return {}
  const self = `${api(state, repo)}/pulls/${pull.number}`
  const page = `${web(state, repo)}/pull/${pull.number}`
  const assignees = people(state, issue.assignees)
  return {
    url: self,
    id: pull.id,
    node_id: pull.node_id,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: `${api(state, repo)}/issues/${pull.number}`,
    number: pull.number,
    state: issue.state,
    locked: issue.locked,
    title: issue.title,
    user: personJson(state, issue.user),
    body: issue.body,
    created_at: issue.created_at,
    updated_at: issue.updated_at,
    closed_at: issue.closed_at,
    merged_at: pull.merged_at,
    merge_commit_sha: pull.mergeCommitSha ?? pull.testMergeSha,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: people(state, pull.requestedReviewers),
    requested_teams: [],
    labels: labelsOf(state, repo, issue),
    milestone: milestoneJson(repo, issue.milestone),
    draft: pull.draft,
    head: sideJson(state, repoOf(state, repo, pull.head.repoId), pull.head),
    base: sideJson(state, repo, pull.base),
    ...links(state, repo, pull),
    author_association: association(state, repo, issue.user),
    auto_merge: null,
    active_lock_reason: issue.lockReason,
  }
}

/** A pull request as GET and webhooks give it. */
export function pullJson(state: TwinState, repo: Repo, pull: Pull): Json {
  const issue = repo.issues.get(pull.number)
  if (!issue) return {}
  return {
    ...listedPullJson(state, repo, pull),
    merged: pull.merged,
    mergeable: issue.state === 'open' ? pull.mergeable : null,
    rebaseable: issue.state === 'open' ? pull.mergeable : null,
    mergeable_state: mergeableState(state, repo, pull),
    merged_by: personJson(state, pull.merged_by),
    comments: issue.commentCount,
    review_comments: pull.reviewComments.length,
    maintainer_can_modify: pull.maintainerCanModify,
    ...pull.stats,
  }
}

function people(state: TwinState, logins: string[]): (Json | null)[] {
  return logins.map(login => personJson(state, findAccount(state, login) ?? null))
}

export function repoOf(state: TwinState, near: Repo, id: number): Repo | null {
  if (near.id === id) return near
  return [...state.repos.values()].find(repo => repo.id === id) ?? null
}

function sideJson(state: TwinState, repo: Repo | null, side: { ref: string; sha: string }): Json {
  return {
    label: `${repo?.owner.login ?? 'unknown repository'}:${side.ref}`,
    ref: side.ref,
    sha: side.sha,
    user: personJson(state, repo?.owner ?? null),
    repo: repo && repoJson(state, repo),
  }
}

function links(state: TwinState, repo: Repo, pull: Pull): Json {
  const root = api(state, repo)
  const self = `${root}/pulls/${pull.number}`
  const urls = {
    commits_url: `${self}/commits`,
    review_comments_url: `${self}/comments`,
    review_comment_url: `${root}/pulls/comments{/number}`,
    comments_url: `${root}/issues/${pull.number}/comments`,
    statuses_url: `${root}/statuses/${pull.head.sha}`,
  }
  const named = {
    self: { href: self },
    html: { href: `${web(state, repo)}/pull/${pull.number}` },
    issue: { href: `${root}/issues/${pull.number}` },
    comments: { href: urls.comments_url },
    review_comments: { href: urls.review_comments_url },
    review_comment: { href: urls.review_comment_url },
    commits: { href: urls.commits_url },
    statuses: { href: urls.statuses_url },
  }
  return { ...urls, _links: named }
}

export function reviewJson(state: TwinState, repo: Repo, pull: Pull, review: Review): Json {
  const page = `${web(state, repo)}/pull/${pull.number}`
  const url = `${api(state, repo)}/pulls/${pull.number}`
  return {
    id: review.id,
    node_id: review.node_id,
    user: personJson(state, review.user),
    body: review.body,
    state: review.state,
    html_url: `${page}#pullrequestreview-${review.id}`,
    pull_request_url: url,
    author_association: association(state, repo, review.user),
    _links: { html: { href: `${page}#pullrequestreview-${review.id}` }, pull_request: { href: url } },
    ...(review.submitted_at === null ? {} : { submitted_at: review.submitted_at }),
    commit_id: review.commit_id,
  }
}

export function reviewCommentJson(state: TwinState, repo: Repo, pull: Pull, comment: ReviewComment): Json {
  const url = `${api(state, repo)}/pulls/comments/${comment.id}`
  const page = `${web(state, repo)}/pull/${pull.number}#discussion_r${comment.id}`
  const parent = `${api(state, repo)}/pulls/${pull.number}`
  return {
    url,
    pull_request_review_id: comment.review_id,
    id: comment.id,
    node_id: comment.node_id,
    diff_hunk: '',
    path: comment.path,
    commit_id: comment.commit_id,
    original_commit_id: comment.commit_id,
    user: personJson(state, comment.user),
    body: comment.body,
    created_at: comment.created_at,
    updated_at: comment.created_at,
    html_url: page,
    pull_request_url: parent,
    author_association: association(state, repo, comment.user),
    _links: { self: { href: url }, html: { href: page }, pull_request: { href: parent } },
    // Deprecated counts of diff lines; asked for all the same.
    position: comment.line ?? 1,
    original_position: comment.line ?? 1,
    line: comment.line,
    original_line: comment.line,
    side: comment.side,
    start_line: null,
    start_side: null,
    ...(comment.inReplyTo === null ? {} : { in_reply_to_id: comment.inReplyTo }),
  }
}
