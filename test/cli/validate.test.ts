import { describe, expect, test } from 'vitest'
import { findInPrompt, findProblems, readConfig, readPlan } from '../../cli/validate.ts'
import { plan as planGate } from '../../core/gates/plan.ts'
import { readBacklog } from '../../forge/backlog.ts'
import { makePlanClaim, makeProposal, makeProposedTask } from '../make.ts'

function placesOf(text: string): string[] {
  return findProblems(readConfig(text)).map(
    ({ line, column, message }) => `${line}:${column} ${message.split(':')[0]}`,
  )
}

describe('a configuration without problems', () => {
  test.each([
    ['empty', ''],
    ['only a comment', '# nothing yet\n'],
    ['some keys', 'limits:\n  attempts: 2\nchecks:\n  - { name: test, run: npm test }\n'],
  ])('%s', (_situation, text) => {
    expect(findProblems(readConfig(text))).toEqual([])
  })
})

describe('a problem is told where it stands', () => {
  test.each([
    ['a wrong value', 'limits:\n  attempts: 99\n', ['2:3 limits.attempts']],
    ['an unknown key', 'merge:\n  method: squash\n  methud: x\n', ['3:3 merge.methud']],
    ['an unknown key at the top', '\n\nlimitz: 1\n', ['3:1 limitz']],
    ['checks that would all not count', 'gates: { optional: [lint, "*"] }\n', ['1:27 gates.optional[1]']],
    ['something missing in a list', 'checks:\n  - run: a\n    name: a\n  - run: b\n', ['4:5 checks[1].name']],
    ['a name that does not exist', 'default_agent: ghost\n', ['1:1 default_agent']],
  ])('%s', (_situation, text, places) => {
    expect(placesOf(text)).toEqual(places)
  })

  test('YAML that cannot be read', () => {
    const [problem] = findProblems(readConfig('limits:\n  attempts: [1\n'))
    expect(problem!.line).toBeGreaterThanOrEqual(2)
  })

  test('a key that is there twice', () => {
    expect(findProblems(readConfig('merge: {}\nmerge: {}\n'))[0]).toMatchObject({ line: 2 })
  })

  test('aliases that multiply end as one problem, not as a full memory', () => {
    const names = [...'abcdefghijk']
    const bomb = names.map(
      (name, i) =>
        `${name}: &${name} [${
          i === 0
            ? 'x'
            : Array(10)
                .fill(`*${names[i - 1]}`)
                .join(', ')
        }]`,
    )
    expect(findProblems(readConfig(bomb.join('\n'))).length).toBeGreaterThan(0)
  })
})

describe('a backlog is told where it stands too', () => {
  const task = (id: string, depends: string, scope = `src/${id}/**`) => [
    `  - id: ${id}`,
    `    title: Do ${id}`,
    '    type: feat',
    '    goal: Make it work.',
    '    acceptance: [it works]',
    `    scope: ["${scope}"]`,
    '    size: S',
    `    depends_on: [${depends}]`,
  ]
  const backlog = (...tasks: string[][]) =>
    ['version: 1', 'feature: f', 'title: F', 'goal: g', 'tasks:', ...tasks.flat()].join('\n')
  const places = (text: string) =>
    findProblems(readPlan(text, null)).map(({ line, message }) => `${line} ${message.split(':')[0]}`)

  test.each([
    ['no problem', backlog(task('a', '')), []],
    ['no such task', backlog(task('a', ''), task('b', 'ghost')), ['21 tasks[1].depends_on[0]']],
    ['a cycle', backlog(task('a', 'b'), task('b', 'a')), ['13 tasks[0].depends_on']],
    ['two with one id', backlog(task('a', ''), task('a', '')), ['14 tasks[1].id']],
    ['one scope for two', backlog(task('a', ''), task('b', '', 'src/**')), ['19 tasks[1].scope']],
    [
      'no YAML',
      'tasks: [',
      ['1 Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ],
  ])('%s', (_situation, text, expected) => {
    expect(places(text)).toEqual(expected)
  })

  /** What the check on GitHub notes on the lines of the file. */
  const checked = (text: string) => {
    const { backlog, locate } = readBacklog(text, 'f')
    const lines = backlog.ok ? [] : backlog.problems.map(problem => locate(problem).line)
    const plan = { path: 'specs/f/BACKLOG.yaml', backlog, lines, text: '', below: [] }
    const verdict = planGate.judge(makeProposal({ claim: makePlanClaim(), task: makeProposedTask({ plan }) }))
    const notes = verdict.is === 'refuse' ? (verdict.annotations ?? []) : []
    return notes.map(({ line, message }) => `${line} ${message}`)
  }

  test.each([
    ['no YAML', 'tasks: ['],
    ['something else', 'just words'],
    ['a key that nobody knows', `${backlog(task('a', ''))}\nmore: 1`],
    ['another feature', backlog(task('a', '')).replace('feature: f', 'feature: g')],
    ['no acceptance and no scope', backlog(task('a', '')).replace(/ {4}(acceptance|scope).*\n/g, '')],
    ['too large', backlog(task('a', '').map(line => line.replace('size: S', 'size: XL')))],
    ['a cycle, and one that waits for it', backlog(task('a', 'b'), task('b', 'a'), task('c', 'a'))],
    ['several at once', backlog(task('a', 'ghost'), task('a', ''), task('b', '', 'src/**'))],
  ])('offline and in the check the answers are the same: %s', (_situation, text) => {
    const told = findProblems(readPlan(text, 'f')).map(({ line, message }) => `${line} ${message}`)
    expect(told.length).toBeGreaterThan(0)
    expect(checked(text).toSorted()).toEqual(told.toSorted())
  })

  test('one that speaks for another feature than its folder', () => {
    const [problem] = findProblems(readPlan(backlog(task('a', '')), '12-dark-mode'))
    expect(problem).toMatchObject({ line: 2, message: expect.stringContaining('has to be "12-dark-mode"') })
  })
})

test('a prompt is told where it is wrong, and what it lacks at its head', () => {
  const text =
    '<!-- chorus-prompt: review 1 -->\nJudge {{task}} by {{checks}}:\n{{problems}} {{dif}} {{file}}\n'
  expect(findInPrompt(text, 'review').map(({ line, column, path }) => [line, column, path])).toEqual([
    [1, 1, '{{diff}}'],
    [3, 14, '{{dif}}'],
  ])
  expect(findInPrompt(text, 'other')[0]?.message).toContain(
    'only prompts are checked, by their names: work.md',
  )
})
