import { gitText } from '../git.ts'
import type { Issue } from '../issues/state.ts'
import type { Repo } from '../state.ts'
import { badge, document, type Html, html, link } from './html.ts'

const SHOWN = 100

/** Front page: pull requests, issues, runs, branches and the newest commits. */
export async function repositoryPage(repo: Repo): Promise<string> {
  const home = `/${repo.owner.login}/${repo.name}`
  const all = [...repo.issues.values()].sort((a, b) => b.number - a.number).slice(0, SHOWN)
  const runs = [...repo.actions.runs.values()].sort((a, b) => b.id - a.id).slice(0, SHOWN)
  const body = html`<h1>${repo.owner.login}/${repo.name} <span class="tag">${repo.private ? 'private' : 'public'}</span></h1>
    ${list(
      'Pull requests',
      all.filter(issue => issue.pull).map(issue => issueRow(repo, home, issue)),
    )}
    ${list(
      'Issues',
      all.filter(issue => !issue.pull).map(issue => issueRow(repo, home, issue)),
    )}
    ${list(
      'Workflow runs',
      runs.map(
        run => html`<li>${badge(run.conclusion ?? run.status)} ${link(`${home}/actions/runs/${run.id}`, run.display_title)}
          <span class="dim">${run.name} · ${run.event} · ${run.head_branch}</span></li>`,
      ),
    )}
    ${list('Branches', await refRows(repo))}
    ${list(`Commits on ${repo.default_branch}`, await commitRows(repo, home))}`
  return document(`${repo.owner.login}/${repo.name}`, [link('/', 'GitHub twin')], body)
}

function list(title: string, rows: Html[]): Html {
  if (rows.length === 0) return html``
  return html`<h2>${title}</h2><div class="box"><ul class="rows">${rows}</ul></div>`
}

function issueRow(repo: Repo, home: string, issue: Issue): Html {
  const merged = repo.pulls.get(issue.number)?.merged === true
  const kind = issue.pull ? 'pull' : 'issues'
  return html`<li>${badge(merged ? 'merged' : issue.state)} ${link(`${home}/${kind}/${issue.number}`, issue.title)}
    <span class="dim">#${issue.number} by ${issue.user.login}</span> ${labelTags(issue)}</li>`
}

export function labelTags(issue: Issue): Html[] {
  return issue.labels.map(name => html`<span class="tag">${name}</span>`)
}

async function refRows(repo: Repo): Promise<Html[]> {
  const names = await gitText(repo, ['for-each-ref', '--format=%(refname) %(objectname:short)', 'refs/'])
  const lines = names.split('\n').filter(line => line !== '' && !line.startsWith('refs/pull/'))
  return lines.map(line => html`<li><code>${line}</code></li>`)
}

async function commitRows(repo: Repo, home: string): Promise<Html[]> {
  const format = '--format=%H%x09%an%x09%s'
  const log = await gitText(repo, ['log', '-30', format, repo.default_branch, '--'], { allowFail: true })
  return log
    .split('\n')
    .filter(line => line !== '')
    .map(line => {
      const [sha = '', author = '', subject = ''] = line.split('\t')
      return html`<li>${link(`${home}/commit/${sha}`, sha.slice(0, 7))} ${subject} <span class="dim">${author}</span></li>`
    })
}
