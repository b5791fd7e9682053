import type { CheckRun } from '../checks/state.ts'
import type { Repo } from '../state.ts'
import { badge, document, html, link } from './html.ts'
import { markdown } from './markdown.ts'
import { homeOf } from './timeline.ts'

/** A check that an app reports, with all that it says. Those of workflows lead to their runs. */
export function checkPage(repo: Repo, check: CheckRun): string {
  const home = homeOf(repo)
  const { title, summary, text } = check.output
  const pulls = [...repo.pulls.values()].filter(pull => pull.head.sha === check.head_sha)
  const trail = [
    link(home, home.slice(1)),
    ...pulls.map(({ number }) => link(`${home}/pull/${number}`, `#${number}`)),
  ]
  const said = [summary, text].filter(part => part !== null && part !== '')
  const notes = check.annotations.map(
    one =>
      html`<li>${badge(one.annotation_level)} <code>${one.path}:${one.start_line}</code> ${one.message}</li>`,
  )
  const body = html`<h1>${check.name} <span class="dim">on ${link(`${home}/commit/${check.head_sha}`, check.head_sha.slice(0, 7))}</span></h1>
    <p>${badge(check.conclusion ?? check.status)} <b>${title}</b></p>
    ${said.map(part => html`<div class="box"><div class="body">${markdown(part!, home)}</div></div>`)}
    ${notes.length > 0 && html`<h2>Annotations</h2><div class="box"><ul class="rows">${notes}</ul></div>`}`
  return document(`${check.name} · ${check.head_sha.slice(0, 7)}`, trail, body)
}
