import { describe, expect, test } from 'vitest'
import { readTask } from '../../core/task.ts'

const read = (body: string, over: { title?: string; labels?: string[] } = {}) => {
  const parsed = readTask({ title: 'Greet', labels: [], ...over, body })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

const FORM = `### Goal

Say hello.

In every language.

### Acceptance

- [ ] prints the name
- [x] has a test
  that fails first

### Scope

- src/**
- \`test/hello.test.ts\`

### Constraints

_No response_

### Type

refactor
`

describe('an issue form', () => {
  test('every section is read', () => {
    expect(read(FORM)).toEqual({
      title: 'Greet',
      type: 'refactor',
      work: 'refactor',
      goal: 'Say hello.\n\nIn every language.',
      acceptance: ['prints the name', 'has a test that fails first'],
      scope: ['src/**', 'test/hello.test.ts'],
      constraints: [],
      priority: 2,
    })
  })
  test('Windows line endings change nothing', () => {
    expect(read(FORM.replaceAll('\n', '\r\n'))).toEqual(read(FORM))
  })
  test('a heading nobody knows belongs to the goal', () => {
    expect(read('### Goal\n\nA\n\n### Scope\n\nsrc/\n\n### Background\n\nB').goal).toBe(
      'A\n\n### Background\n\nB',
    )
  })
  test('headings inside code are code', () => {
    expect(read('Do\n```md\n### Scope\n/etc\n```\n').scope).toEqual([])
  })
  test('a fenced scope is a scope', () => {
    expect(read('### Scope\n\n```text\nsrc/**\ndocs/**\n```').scope).toEqual(['src/**', 'docs/**'])
  })
  test('a form of only "no response" falls back on the title', () => {
    expect(read('### Goal\n\n_No response_').goal).toBe('Greet')
  })
})

describe('plain text', () => {
  test.each([
    ['the whole body is the goal', 'Say hello.\nTwice.', { goal: 'Say hello.\nTwice.', acceptance: [] }],
    ['an empty body: the title is the goal', '', { goal: 'Greet' }],
    ['numbered lists', '## Acceptance criteria\n1. one\n2) two', { acceptance: ['one', 'two'] }],
    ['lines without bullets', '## Acceptance\none\ntwo', { acceptance: ['one', 'two'] }],
    ['a scope with slashes in front', '## Scope\n- ./src/\n- /docs/**', { scope: ['src/', 'docs/**'] }],
    [
      'hidden text is not read',
      'Do it<!-- and more -->.\n\n<!--\n## Scope\nnowhere\n-->',
      { goal: 'Do it.', scope: [] },
    ],
  ])('%s', (_, body, expected) => expect(read(body)).toMatchObject(expected))
})

describe('type and priority', () => {
  test.each([
    ['nothing said', {}, 'feat'],
    ['label bug', { labels: ['bug'] }, 'fix'],
    ['label documentation', { labels: ['documentation'] }, 'docs'],
    ['label kind/refactor', { labels: ['kind/refactor'] }, 'refactor'],
    ['label type: chore', { labels: ['type: chore'] }, 'chore'],
    ['a label that is a property of objects', { labels: ['constructor'] }, 'feat'],
    ['a conventional title', { title: 'test(x): more' }, 'test'],
    ['the label beats the title', { labels: ['bug'], title: 'docs: more' }, 'fix'],
    ['labels of ours say nothing', { labels: ['agent:codex', 'hold'] }, 'feat'],
  ])('%s', (_, over, type) => expect(read('', over).type).toBe(type))

  test.each([
    ['Bug fix', 'fix'],
    ['fix (a bug)', 'fix'],
    ['Feature', 'feat'],
    ['something else', 'feat'],
  ])('the form says %s', (answer, type) => expect(read(`### Type\n\n${answer}`).type).toBe(type))

  test('the form beats the label', () => {
    expect(read('### Type\n\ndocs', { labels: ['bug'] }).type).toBe('docs')
  })
  test('the most urgent priority counts', () => {
    expect(read('', { labels: ['priority:p3', 'priority:1'] }).priority).toBe(1)
  })
})

describe('malformed', () => {
  test.each([
    ['nothing at all', { title: '', body: '' }, 'goal'],
    ['only invisible text', { title: '\u200b', body: '<!-- x -->' }, 'goal'],
    ['a scope outside', { title: 'x', body: '### Scope\n- src/\n- ../etc' }, 'scope[1]'],
    ['a scope that is not closed', { title: 'x', body: '### Scope\n- src/{a,b' }, 'scope[0]'],
  ])('%s', (_, issue, path) => {
    const parsed = readTask({ ...issue, labels: [] })
    expect(parsed.ok ? [] : parsed.problems.map(problem => problem.path)).toEqual([path])
  })
})
