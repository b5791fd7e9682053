import type { Issue, TimelineEvent } from '../issues/state.ts'
import type { Pull } from '../pulls/state.ts'
import type { Repo } from '../state.ts'
import { badge, document, type Html, html, link } from './html.ts'
import { markdown } from './markdown.ts'
import { labelTags } from './repository.ts'

/** An issue with its conversation; for a pull request `more` holds what only pulls have. */
export function issuePage(repo: Repo, issue: Issue, pull: Pull | undefined, more: Html = html``): string {
  const home = `/${repo.owner.login}/${repo.name}`
  const state = pull?.merged ? 'merged' : issue.state
  const between = pull && html`<code>${pull.head.ref}</code> → <code>${pull.base.ref}</code>`
  const body = html`<h1>${issue.title} <span class="dim">#${issue.number}</span></h1>
    <p>${badge(state)} ${pull?.draft && badge('draft')} ${labelTags(issue)} ${between}</p>
    ${comment(home, issue.user.login, issue.created_at, issue.body ?? '')}
    ${more}
    <h2>Timeline</h2>${timeline(repo, issue, home)}`
  return document(`${issue.title} · #${issue.number}`, [link(home, `${repo.owner.login}/${repo.name}`)], body)
}

function comment(home: string, who: string, at: string, text: string): Html {
  return html`<div class="box"><header><b>${who}</b> <span class="dim">${at}</span></header>
    <div class="body">${markdown(text, home)}</div></div>`
}

function timeline(repo: Repo, issue: Issue, home: string): Html[] {
  const comments = [...repo.comments.values()].filter(one => one.issue === issue.number)
  const events = issue.timeline.filter(event => event.event !== 'commented')
  const reviews = repo.pulls.get(issue.number)?.reviews ?? []
  const entries = [
    ...comments.map(one => ({
      at: one.created_at,
      id: one.id,
      shown: comment(home, one.user.login, one.created_at, one.body),
    })),
    ...events.map(one => ({ at: one.created_at, id: one.id, shown: eventLine(one) })),
    ...reviews.map(one => ({
      at: one.submitted_at ?? '',
      id: one.id,
      shown: html`<p>${badge(one.state)} <b>${one.user.login}</b> </p><div>${markdown(one.body, home)}</div>`,
    })),
  ]
  entries.sort((a, b) => a.at.localeCompare(b.at) || a.id - b.id)
  return entries.map(entry => entry.shown)
}

function eventLine(event: TimelineEvent): Html {
  const label = event.label as { name?: string } | undefined
  const what = `${event.event.replaceAll('_', ' ')} ${label?.name ?? ''}`
  return html`<p class="dim"><b>${event.actor?.login}</b> ${what} · ${event.created_at}</p>`
}
