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

test('footnotes lead down and back, each of two texts to its own', () => {
  const pages = ['one', 'two'].map(word => shown(`${word}[^a]\n\n[^a]: note of ${word}`))
  const ids = pages.map(page => [...page.matchAll(/ id="([^"]+)"/g)].map(match => match[1]!))
  const led = pages.map(page => [...page.matchAll(/ href="#([^"]+)"/g)].map(match => match[1]!))
  for (const [i, targets] of led.entries()) {
    expect(targets).toHaveLength(2)
    for (const target of targets) expect(ids[i]).toContain(target)
  }
  expect(new Set(led.flat()).size).toBe(4)
})

test.each([
  ['nests deeper than a stack', '<b>'.repeat(3000), undefined],
  ['takes longer to render than anybody waits', '[^a]'.repeat(1000), 1],
])('what %s is shown as it was typed', (_, text, patience) => {
  const typed = `${text}\n\n[^a]: & [^a]`
  const page = document('', [], markdown(typed, '/ada/demo', patience))
  expect(page.endsWith(html`<div class="text">${typed}</div></body></html>`.html)).toBe(true)
})

test('pages of a pull request, its checks and its issues show what is said and what belongs together', async () => {
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
    const { data: wanted } = await as('ada').rest.issues.create({ ...at, title: 'wanted' })
    const { data: first } = await as('ada').rest.issues.create({
      ...at,
      title: 'first',
      body: `see #${wanted.number}`,
    })
    const blocker = { ...at, issue_number: wanted.number, issue_id: first.id }
    await as('ada').rest.issues.addBlockedByDependency(blocker)
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
    const check = [...repo.checkRuns.values()].find(run => run.name === 'judge')!
    const judged = await (await fetch(`${twin.url}/ada/demo/runs/${check.id}`)).text()
    for (const part of ['Red', '<td>b</td>', 'a.txt:2', 'not two', `/ada/demo/pull/${pull.number}`])
      expect(judged).toContain(part)
    const issue = await (await fetch(`${twin.url}/ada/demo/issues/${wanted.number}`)).text()
    expect(issue).toContain('Blocked by <span class="dim">0 of 1 closed')
    expect(issue).toMatch(new RegExp(`mentioned this in <a href="/ada/demo/issues/${first.number}">`))
    expect(page).toContain('<strong>bold</strong>')
    expect(page).toContain('<td>b</td>')
    const order = ['+two', 'not two', '+three', 'why <em>three</em>?'].map(part => page.indexOf(part))
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    expect(order).not.toContain(-1)
  } finally {
    await stage.twin.close()
  }
})
