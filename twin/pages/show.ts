import { findRepo } from '../repos/find.ts'
import type { Repo, TwinState } from '../state.ts'
import { setupPage } from './appsetup.ts'
import { checkPage } from './check.ts'
import { document, html, link } from './html.ts'
import { issuePage } from './issue.ts'
import { colour, commitText, pullParts } from './pull.ts'
import { repositoryPage } from './repository.ts'
import { runPage } from './run.ts'

/** The page at that address; null when there is none. */
export async function pageAt(state: TwinState, url: URL): Promise<string | null> {
  if (url.pathname === '/') return frontPage(state)
  const setup = setupPage(state, url)
  if (setup !== null) return setup
  const [, owner = '', name = '', kind, ...rest] = url.pathname
    .replace(/\/$/, '')
    .split('/')
    .map(decodeURIComponent)
  const repo = findRepo(state, owner, name)
  if (!repo) return null
  if (kind === undefined) return repositoryPage(repo)
  return below(state, repo, [kind, ...rest])
}

async function below(state: TwinState, repo: Repo, [kind, ...rest]: string[]): Promise<string | null> {
  const number = Number(rest[0])
  const issue = repo.issues.get(number)
  if ((kind === 'issues' || kind === 'pull') && issue) {
    const pull = repo.pulls.get(number)
    return issuePage(state, { repo, issue, pull }, pull && (await pullParts(repo, pull)))
  }
  if (kind === 'actions' && rest[0] === 'runs') {
    const run = repo.actions.runs.get(Number(rest[1]))
    return run ? runPage(repo, run, rest[2] === 'job' ? Number(rest[3]) : undefined) : null
  }
  if (kind === 'runs') {
    const run = [...repo.actions.runs.values()].find(one => one.jobs.some(job => job.checkRunId === number))
    const check = repo.checkRuns.get(number)
    return run ? runPage(repo, run) : check ? checkPage(repo, check) : null
  }
  return kind === 'commit' ? commitPage(repo, rest[0] ?? '') : null
}

async function commitPage(repo: Repo, sha: string): Promise<string | null> {
  const text = await commitText(repo, sha)
  const home = `/${repo.owner.login}/${repo.name}`
  const trail = [link(home, home.slice(1))]
  return text === null
    ? null
    : document(sha, trail, html`<h1>${sha}</h1><div class="box"><pre>${colour(text)}</pre></div>`)
}

function frontPage(state: TwinState): string {
  const rows = [...state.repos.values()].map(repo => {
    const full = `${repo.owner.login}/${repo.name}`
    return html`<li>${link(`/${full}`, full)}</li>`
  })
  const body = html`<h1>A GitHub on your machine</h1><div class="box"><ul class="rows">${rows}</ul></div>`
  return document('GitHub twin', [html`twin`], body)
}
