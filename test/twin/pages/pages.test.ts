import { expect, test } from 'vitest'
import { document, html } from '../../../twin/pages/html.ts'
import { markdown } from '../../../twin/pages/markdown.ts'
import { commitFiles } from '../../../twin/seed.ts'
import { setStage } from '../stage.ts'

const shown = (text: string) => markdown(text, '/ada/demo').html

test.each([
  ['a task list', '- [x] done', 'type="checkbox" checked disabled'],
  ['a table with a bar in a cell', '| a |\n|---|\n| x \\| y |', '<td>x | y</td>'],
  [
    'what is folded away',
    '<details><summary>More</summary>\n\n- one\n\n</details>',
    '<details><summary>More</summary>',
  ],
  ['each line break of a comment', 'one\ntwo', 'one<br>'],
  ['an issue by its number', 'see #12', '<a href="/ada/demo/issues/12">#12</a>'],
  ['a diagram, as text', '```mermaid\ngraph LR\n```', '<pre><code class="language-mermaid">graph LR'],
  ['small print', '<sub>aside</sub>', '<sub>aside</sub>'],
])('comments show %s', (_, text, wanted) => expect(shown(text)).toContain(wanted))

test.each([
  ['scripts', '<script>alert(1)</script>', /script|alert/],
  ['handlers', '<b onclick="alert(1)">x</b>', /onclick/],
  ['links that run something', '[x](javascript:alert(1))', /javascript/],
  ['pictures from elsewhere', '![x](https://evil.test/x.png) <img src=x>', /<img/],
  [
    'frames, styles and forms',
    '<iframe src=x></iframe><style>*{}</style><form><input></form>',
    /<(?:iframe|style|form)/,
  ],
  ['hidden notes', 'a<!-- note -->b', /note/],
])('and none of %s', (_, text, unwanted) => expect(shown(text)).not.toMatch(unwanted))

test.each([
  ['nests deeper than a stack', '<b>'.repeat(3000), undefined],
  ['takes longer to render than anybody waits', '[^a]'.repeat(1000), 1],
])('what %s is shown as it was typed', (_, text, patience) => {
  const typed = `${text}\n\n[^a]: & [^a]`
  const page = document('', [], markdown(typed, '/ada/demo', patience))
  expect(page.endsWith(html`<div class="text">${typed}</div></body></html>`.html)).toBe(true)
})

test('a pull request shows what checks and reviewers say at its lines', async () => {
  const stage = await setStage()
  try {
    const { repo, at, as, twin } = stage
    const head = await commitFiles(twin.state, repo, {
      branch: 'work',
      files: { 'a.txt': 'one\ntwo\nthree\n' },
      message: 'add',
    })
    const { data: pull } = await as('ada').rest.pulls.create({
      ...at,
      title: 'add',
      head: 'work',
      base: 'main',
      body: '**bold**',
    })
    const app = stage.app('Judge', { checks: 'write' })
    await app.rest.checks.create({
      ...at,
      name: 'judge',
      head_sha: head,
      details_url: 'javascript:alert(1)',
      output: {
        title: 'Red',
        summary: '| a |\n|---|\n| b |',
        annotations: [
          { path: 'a.txt', start_line: 2, end_line: 2, annotation_level: 'failure', message: 'not two' },
        ],
      },
    })
    await as('bob').rest.pulls.createReview({
      ...at,
      pull_number: pull.number,
      event: 'COMMENT',
      body: 'Hm.',
      comments: [{ path: 'a.txt', line: 3, body: 'why *three*?' }],
    })
    const answer = await fetch(`${twin.url}/ada/demo/pull/${pull.number}`)
    expect(answer.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'",
    )
    const page = await answer.text()
    expect(page).not.toContain('javascript:')
    expect(page).toContain('<strong>bold</strong>')
    expect(page).toContain('<td>b</td>')
    const order = ['+two', 'not two', '+three', 'why <em>three</em>?'].map(part => page.indexOf(part))
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    expect(order).not.toContain(-1)
  } finally {
    await stage.twin.close()
  }
})
