import { reviewJson } from '../pulls/json.ts'
import type { Repo, TwinState } from '../state.ts'
import { api } from './address.ts'
import { commentJson, issueJson, personJson } from './json.ts'
import type { Issue, TimelineEvent } from './state.ts'
import { appJson } from './via.ts'

type Json = Record<string, unknown>

/** An entry as the timeline shows it; null when what it tells of is gone. */
export function timelineJson(state: TwinState, repo: Repo, issue: Issue, entry: TimelineEvent): Json | null {
  if (entry.event === 'commented') return commentedJson(state, repo, entry)
  if (entry.event === 'reviewed') return reviewedJson(state, repo, issue, entry)
  if (entry.event === 'cross-referenced') return crossReferencedJson(state, repo, entry)
  return eventJson(state, repo, issue, entry)
}

/** An entry as /events shows it. */
export function eventJson(state: TwinState, repo: Repo, issue: Issue, entry: TimelineEvent): Json {
  const { actor, assignee, assigner, ...rest } = entry
  return {
    commit_id: null,
    commit_url: null,
    ...rest,
    ...people(state, { actor, assignee, assigner }),
    node_id: `EV_${issue.node_id}_${entry.id}`,
    url: `${api(state, repo)}/issues/events/${entry.id}`,
    performed_via_github_app: appJson(state, entry.performed_via_github_app?.id ?? null),
  }
}

function people(state: TwinState, named: Record<string, unknown>): Json {
  const shown = Object.entries(named).filter(([, account]) => account !== undefined)
  return Object.fromEntries(shown.map(([key, account]) => [key, personJson(state, asAccount(account))]))
}

function asAccount(value: unknown): TimelineEvent['actor'] | null {
  return typeof value === 'object' && value !== null ? (value as TimelineEvent['actor']) : null
}

function commentedJson(state: TwinState, repo: Repo, entry: TimelineEvent): Json | null {
  const comment = repo.comments.get(Number(entry.commentId))
  if (!comment) return null
  const shown = commentJson(state, repo, comment)
  return { event: 'commented', actor: shown.user, ...shown }
}

function reviewedJson(state: TwinState, repo: Repo, issue: Issue, entry: TimelineEvent): Json | null {
  const pull = repo.pulls.get(issue.number)
  const review = pull?.reviews.find(each => each.id === entry.reviewId)
  if (!pull || !review) return null
  const shown = reviewJson(state, repo, pull, review)
  return { event: 'reviewed', ...shown, state: review.state.toLowerCase() }
}

function crossReferencedJson(state: TwinState, repo: Repo, entry: TimelineEvent): Json | null {
  const source = repo.issues.get(Number(entry.sourceNumber))
  if (!source) return null
  return {
    event: 'cross-referenced',
    actor: personJson(state, entry.actor),
    created_at: entry.created_at,
    updated_at: entry.created_at,
    source: { type: 'issue', issue: issueJson(state, repo, source) },
  }
}
