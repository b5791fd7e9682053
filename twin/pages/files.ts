import type { Annotation } from '../checks/state.ts'
import { type ChangedFile, filesBetween } from '../gitdata/diff.ts'
import type { Pull, ReviewComment } from '../pulls/state.ts'
import type { Repo } from '../state.ts'
import { badge, type Html, html } from './html.ts'
import { markdown } from './markdown.ts'

/** More lines than that of one file are not shown. */
const MOST_LINES = 1500
/** A file with more is folded away. */
const MOST_OPEN = 200

/** A word at a line of the new file, whoever said it. */
type Note = { path: string; line: number; shown: Html }

/** The changed files as one reads them on a pull request: what checks and reviewers say stands at its line. */
export async function changedFiles(repo: Repo, pull: Pull, home: string): Promise<Html> {
  const files = await filesBetween(repo, pull.base.sha, pull.head.sha)
  const notes = [...annotationsOf(repo, pull.head.sha), ...pull.reviewComments.map(one => said(one, home))]
  return html`${files.map(file =>
    fileBox(
      file,
      notes.filter(note => note.path === file.filename),
    ),
  )}`
}

function annotationsOf(repo: Repo, sha: string): Note[] {
  const runs = [...repo.checkRuns.values()].filter(run => run.head_sha === sha)
  return runs.flatMap(run => run.annotations.map(one => annotated(run.name, one)))
}

function annotated(check: string, { path, end_line, annotation_level, title, message }: Annotation): Note {
  const shown = html`<div class="note">${badge(annotation_level)} <b>${title ?? check}</b>
    <span class="dim">${check}, line ${end_line}</span><div class="text">${message}</div></div>`
  return { path, line: end_line, shown }
}

function said({ path, line, user, body }: ReviewComment, home: string): Note {
  const shown = html`<div class="note"><b>${user.login}</b> <span class="dim">line ${line}</span>${markdown(body, home)}</div>`
  return { path, line: line ?? 0, shown }
}

function fileBox({ filename, additions, deletions, patch }: ChangedFile, notes: readonly Note[]): Html {
  const lines = (patch ?? '').split('\n')
  const placed = new Set<Note>()
  let next = 0
  const rows = lines.slice(0, MOST_LINES).map(line => {
    next = Number(/^@@ -\S+ \+(\d+)/.exec(line)?.[1] ?? next)
    const number = /^[+ ]/.test(line) ? next++ : null
    const here = notes.filter(note => note.line === number)
    for (const note of here) placed.add(note)
    return html`<span class="${kindOf(line)}"><i>${number}</i>${line}</span>\n${here.map(({ shown }) => shown)}`
  })
  const elsewhere = notes.filter(note => !placed.has(note))
  const open = notes.length > 0 || lines.length <= MOST_OPEN
  return html`<details class="box" ${open && html`open`}><summary><code>${filename}</code> <span class="dim">+${additions} −${deletions}</span></summary>
    ${elsewhere.map(({ shown }) => shown)}<pre class="diff">${patch === undefined ? 'Not shown: binary, or too large.' : rows}</pre></details>`
}

function kindOf(line: string): string {
  if (line.startsWith('@@')) return 'dim'
  return line.startsWith('+') ? 'add' : line.startsWith('-') ? 'del' : ''
}
