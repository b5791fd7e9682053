import { gitText } from '../git.ts'
import type { Pull } from '../pulls/state.ts'
import type { Repo } from '../state.ts'
import { changedFiles } from './files.ts'
import { badge, type Html, html, link } from './html.ts'
import { markdown } from './markdown.ts'

const MOST_LINES = 1500

/** What a pull request's page has beside its conversation: checks and changed files. */
export async function pullParts(repo: Repo, pull: Pull): Promise<Html> {
  const home = `/${repo.owner.login}/${repo.name}`
  return html`<h2>Checks</h2>${checkBox(repo, pull.head.sha, home)}
    <h2>Files changed</h2>${await changedFiles(repo, pull, home)}`
}

function checkBox(repo: Repo, sha: string, home: string): Html {
  const runs = [...repo.checkRuns.values()].filter(run => run.head_sha === sha)
  const statuses = repo.statuses.filter(status => status.sha === sha)
  if (runs.length + statuses.length === 0) return html`<p class="dim">None for ${sha.slice(0, 7)}.</p>`
  return html`<div class="box"><ul class="rows">
    ${runs.map(
      run => html`<li>${badge(run.conclusion ?? run.status)} ${linked(run.details_url, run.name)}
        <span class="dim">${run.output.title}</span>
        ${run.output.summary && html`<details><summary class="dim">summary</summary>${markdown(run.output.summary, home)}</details>`}</li>`,
    )}
    ${statuses.map(status => html`<li>${badge(status.state)} ${status.context} <span class="dim">${status.description}</span></li>`)}
  </ul></div>`
}

/** Apps say where their details are: to other schemes nothing leads. */
function linked(url: string | null, name: string): Html {
  return url !== null && /^https?:/i.test(url) ? link(url, name) : html`${name}`
}

export function colour(text: string): Html[] {
  return text
    .split('\n')
    .slice(0, MOST_LINES)
    .map(line => {
      const kind = line.startsWith('+') ? 'add' : line.startsWith('-') ? 'del' : ''
      return html`<span class="${kind}">${line}</span>\n`
    })
}

/** One commit as git shows it. */
export async function commitText(repo: Repo, sha: string): Promise<string | null> {
  if (!/^[0-9a-f]{7,40}$/.test(sha)) return null
  const text = await gitText(repo, ['show', '--stat', '-p', sha], { allowFail: true })
  return text === '' ? null : text
}
