import type { Issue } from '../issues/state.ts'
import type { Pull } from '../pulls/state.ts'
import type { Repo, TwinState } from '../state.ts'
import { badge, document, type Html, html, link } from './html.ts'
import { labelTags } from './repository.ts'
import { comment, homeOf, relations, timeline } from './timeline.ts'

type Shown = { repo: Repo; issue: Issue; pull: Pull | undefined }

/** An issue with its conversation; for a pull request `more` holds what only pulls have. */
export function issuePage(state: TwinState, { repo, issue, pull }: Shown, more: Html = html``): string {
  const home = homeOf(repo)
  const between = pull && html`<code>${pull.head.ref}</code> → <code>${pull.base.ref}</code>`
  const body = html`<h1>${issue.title} <span class="dim">#${issue.number}</span></h1>
    <p>${badge(pull?.merged ? 'merged' : issue.state)} ${pull?.draft && badge('draft')} ${labelTags(issue)} ${between}</p>
    ${comment(home, { who: issue.user.login, at: issue.created_at, text: issue.body ?? '', id: `issue-${issue.id}` })}
    ${relations(state, issue)}
    ${more}
    <h2>Timeline</h2>${timeline(state, repo, issue)}`
  return document(`${issue.title} · #${issue.number}`, [link(home, home.slice(1))], body)
}
