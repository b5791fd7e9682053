import type { Job, Run } from '../actions/state.ts'
import type { Repo } from '../state.ts'
import { badge, document, type Html, html, link } from './html.ts'
import { markdown } from './markdown.ts'

/** A workflow run with its jobs, steps, logs and artifacts; `only` shows one job. */
export function runPage(repo: Repo, run: Run, only?: number): string {
  const home = `/${repo.owner.login}/${repo.name}`
  const jobs = run.jobs.filter(job => only === undefined || job.id === only)
  const [skipped, ran] = [jobs.filter(isSkipped), jobs.filter(job => !isSkipped(job))]
  const artifacts = [...repo.actions.artifacts.values()].filter(one => one.runId === run.id)
  const body = html`<h1>${run.display_title} <span class="dim">#${run.run_number}, attempt ${run.run_attempt}</span></h1>
    <p>${badge(run.conclusion ?? run.status)} <span class="dim">${run.name} · ${run.event} by ${run.actor.login} · ${run.head_branch} ${run.head_sha.slice(0, 7)}</span></p>
    ${run.summary !== '' && html`<h2>Summary</h2><div class="box"><div class="body">${markdown(run.summary, home)}</div></div>`}
    ${ran.map(job => jobBox(job))}
    ${skipped.length > 0 && html`<p class="dim">Skipped: ${skipped.map(job => job.name).join(', ')}</p>`}
    ${
      artifacts.length > 0 &&
      html`<h2>Artifacts</h2><div class="box"><ul class="rows">${artifacts.map(
        one => html`<li>${one.name} <span class="dim">${one.size} bytes · ${one.digest}</span></li>`,
      )}</ul></div>`
    }`
  return document(run.display_title, [link(home, `${repo.owner.login}/${repo.name}`)], body)
}

function isSkipped({ conclusion }: Job): boolean {
  return conclusion === 'skipped'
}

function jobBox(job: Job): Html {
  const steps = job.steps.map(step => html`<li>${badge(step.conclusion ?? step.status)} ${step.name}</li>`)
  return html`<h2 id="job-${job.id}">${badge(job.conclusion ?? job.status)} ${job.name}</h2>
    <div class="box"><ul class="rows">${steps}</ul></div>
    <details><summary>Log</summary><div class="box"><pre>${job.log}</pre></div></details>`
}
