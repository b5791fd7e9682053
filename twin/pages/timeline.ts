import { locate } from '../issues/lookup.ts'
import type { Issue, TimelineEvent } from '../issues/state.ts'
import type { Review } from '../pulls/state.ts'
import type { Repo, TwinState } from '../state.ts'
import { badge, type Html, html, link } from './html.ts'
import { markdown } from './markdown.ts'

/** What was said and done, in order. Comments and reviews stand there themselves. */
export function timeline(state: TwinState, repo: Repo, issue: Issue): Html[] {
  const home = homeOf(repo)
  const comments = [...repo.comments.values()].filter(one => one.issue === issue.number)
  const events = issue.timeline.filter(({ event }) => event !== 'commented' && event !== 'reviewed')
  const reviews = repo.pulls.get(issue.number)?.reviews ?? []
  const entries = [
    ...comments.map(({ id, user, created_at: at, body }) => ({
      at,
      id,
      shown: comment(home, { who: user.login, at, text: body, id: `issuecomment-${id}` }),
    })),
    ...events.map(one => ({ at: one.created_at, id: one.id, shown: eventLine(state, repo, one) })),
    ...reviews.map(one => ({ at: one.submitted_at ?? '', id: one.id, shown: reviewed(home, one) })),
  ]
  entries.sort((a, b) => a.at.localeCompare(b.at) || a.id - b.id)
  return entries.map(entry => entry.shown)
}

export function homeOf(repo: Repo): string {
  return `/${repo.owner.login}/${repo.name}`
}

export function comment(home: string, said: { who: string; at: string; text: string; id: string }): Html {
  const { who, at, text, id } = said
  return html`<div class="box" id="${id}"><header><b>${who}</b> <span class="dim">${at}</span></header>
    <div class="body">${markdown(text, home)}</div></div>`
}

function reviewed(home: string, { id, state, user, body }: Review): Html {
  return html`<p id="pullrequestreview-${id}">${badge(state)} <b>${user.login}</b></p><div>${markdown(body, home)}</div>`
}

function eventLine(state: TwinState, repo: Repo, event: TimelineEvent): Html {
  const words = (WORDS[event.event] ?? event.event).replaceAll('_', ' ')
  return html`<p class="dim"><b>${event.actor?.login}</b> ${words} ${about(state, repo, event)} · ${event.created_at}</p>`
}

/** Where the event's own name does not make a sentence. */
const WORDS: Readonly<Record<string, string>> = {
  'cross-referenced': 'mentioned this in',
  blocked_by_added: 'marked this as blocked by',
  blocked_by_removed: 'marked this as no longer blocked by',
  blocking_added: 'marked this as blocking',
  blocking_removed: 'marked this as no longer blocking',
  sub_issue_added: 'added the sub-issue',
  sub_issue_removed: 'removed the sub-issue',
  parent_issue_added: 'added this to',
  parent_issue_removed: 'removed this from',
  closed: 'closed this',
  merged: 'merged this',
  head_ref_deleted: 'deleted the branch',
  head_ref_force_pushed: 'force-pushed the branch',
}

/** What it is about: a label, another issue, a commit. */
function about(state: TwinState, repo: Repo, event: TimelineEvent): Html {
  const label = event.label as { name?: string } | undefined
  if (label?.name !== undefined) return html`<span class="tag">${label.name}</span>`
  if (typeof event.sourceNumber === 'number') return issueLink(repo, repo.issues.get(event.sourceNumber))
  const other = (event.sub_issue ?? event.parent_issue ?? event.blocked_by ?? event.blocking) as
    | { id?: number }
    | undefined
  const found = other?.id === undefined ? null : locate(state, other.id)
  if (found) return issueLink(found.repo, found.issue)
  const { commit_id: commit } = event
  return typeof commit === 'string'
    ? html`as ${link(`${homeOf(repo)}/commit/${commit}`, commit.slice(0, 7))}`
    : html``
}

function issueLink(repo: Repo, issue: Issue | undefined): Html {
  if (issue === undefined) return html``
  const path = issue.pull ? 'pull' : 'issues'
  return html`${link(`${homeOf(repo)}/${path}/${issue.number}`, `#${issue.number} ${issue.title}`)}`
}

/** What an issue belongs to, what belongs to it, and what it waits for: none of it is shown of pull requests. */
export function relations(state: TwinState, issue: Issue): Html {
  const row = (title: string, ids: readonly number[]) => {
    const found = ids.map(id => locate(state, id)).filter(one => one !== null)
    if (found.length === 0) return html``
    const items = found.map(
      ({ repo, issue: other }) => html`<li>${badge(other.state)} ${issueLink(repo, other)}</li>`,
    )
    const done = found.filter(one => one.issue.state === 'closed').length
    return html`<h2>${title} <span class="dim">${done} of ${found.length} closed</span></h2>
      <div class="box"><ul class="rows">${items}</ul></div>`
  }
  return html`${row('Parent', issue.parent === null ? [] : [issue.parent])}${row('Sub-issues', issue.subIssues)}
    ${row('Blocked by', issue.blockedBy)}${row('Blocking', issue.blocking)}`
}
