import { describe, expect, test } from 'vitest'
import { parseBacklog } from '../../../core/backlog/contract.ts'
import { findCriticalPath, layer, readWaits } from '../../../core/backlog/graph.ts'
import { printTaskBody } from '../../../core/backlog/issue.ts'
import { readTask } from '../../../core/task.ts'
import { makeBacklog, makePlanned } from './make.ts'

function problemsOf(value: unknown): string[] {
  const parsed = parseBacklog(value)
  return parsed.ok ? [] : parsed.problems.map(problem => `${problem.path}: ${problem.message}`)
}

describe('a backlog without problems', () => {
  test('tasks in a row', () => {
    expect(problemsOf(makeBacklog(['a'], ['b', 'a'], ['c', 'b']))).toEqual([])
  })

  test('tasks of one scope, one after the other through a third', () => {
    const scope = ['src/shared/**']
    const tasks = [
      makePlanned('first', [], { scope }),
      makePlanned('between', ['first']),
      makePlanned('last', ['between'], { scope }),
    ]
    expect(problemsOf({ ...makeBacklog(), tasks })).toEqual([])
  })

  test('what is left out has a default', () => {
    const parsed = parseBacklog(makeBacklog(['a']))
    expect(parsed).toMatchObject({
      ok: true,
      value: { tasks: [{ priority: 2, constraints: [], needs_review: false }] },
    })
  })
})

describe('what is wrong with one task', () => {
  test.each([
    ['no acceptance', { acceptance: [] }, 'tasks[0].acceptance', 'at least one point'],
    ['no scope', { scope: [] }, 'tasks[0].scope', 'at least one pattern'],
    ['a scope that is no pattern', { scope: ['/src'] }, 'tasks[0].scope[0]', 'starts with "/"'],
    ['an unknown task', { depends_on: ['ghost'] }, 'tasks[0].depends_on[0]', 'no task has the id "ghost"'],
    ['too large', { size: 'L' }, 'tasks[0].size', 'split it'],
    ['too long for a context', { goal: 'x'.repeat(3000) }, 'tasks[0].goal', 'bytes of an agent’s context'],
    [
      'a heading that widens the scope',
      { goal: 'Do it\n\n### Scope\n\n**' },
      'tasks[0].goal',
      'read differently',
    ],
    ['words that nobody sees', { goal: 'Do it <!-- and more -->' }, 'tasks[0].goal', 'read differently'],
    ['a key with a slip', { dependson: [] }, 'tasks[0].dependson', 'did you mean "depends_on"?'],
    ['an id with spaces', { id: 'Task One' }, 'tasks[0].id', 'lower-case'],
    ['a priority beyond', { priority: 7 }, 'tasks[0].priority', ''],
  ])('%s', (_situation, change, path, message) => {
    const found = problemsOf({ ...makeBacklog(), tasks: [makePlanned('a', [], change)] })
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(`${path}: `)
    expect(found[0]).toContain(message)
  })

  test('no acceptance key at all', () => {
    const { acceptance: _, ...rest } = makePlanned('a')
    expect(problemsOf({ ...makeBacklog(), tasks: [rest] })[0]).toMatch(/^tasks\[0\]\.acceptance: /)
  })
})

describe('what is wrong between tasks', () => {
  const crowd = (count: number, ...after: string[]) =>
    Array.from({ length: count }, (_, i): [string, ...string[]] => [`t${i}`, ...after])

  test('more than GitHub takes below one issue, which would never become issues', () => {
    expect(problemsOf(makeBacklog(...crowd(100)))).toEqual([])
    expect(problemsOf(makeBacklog(...crowd(101)))[0]).toBe(
      'tasks: must have at most 100 tasks: GitHub takes no more sub-issues; split the feature (it has 101)',
    )
    expect(problemsOf(makeBacklog())).toEqual(['tasks: must have at least one task (it has none)'])
  })

  test('more links of one task than GitHub takes', () => {
    const names = crowd(51).map(([id]) => id)
    expect(problemsOf(makeBacklog(...crowd(50), ['last', ...names.slice(0, 50)]))).toEqual([])
    expect(problemsOf(makeBacklog(...crowd(51), ['last', ...names]))[0]).toMatch(
      /^tasks\[51\]\.depends_on: must name at most 50 tasks: GitHub takes no more links/,
    )
    expect(problemsOf(makeBacklog(['first'], ...crowd(50, 'first')))).toEqual([])
    expect(problemsOf(makeBacklog(['first'], ...crowd(51, 'first')))[0]).toContain(
      'tasks[0].id: 51 tasks wait for "first"; GitHub takes 50 links',
    )
  })

  test('two with one id', () => {
    expect(problemsOf(makeBacklog(['a'], ['a']))).toContain('tasks[1].id: "a" is already the id of tasks[0]')
  })

  test('a task that waits for itself', () => {
    expect(problemsOf(makeBacklog(['a', 'a']))).toEqual([
      'tasks[0].depends_on: a cycle, nothing in it could ever begin: a → a',
    ])
  })

  test('a cycle is printed; who waits for it could never begin', () => {
    expect(problemsOf(makeBacklog(['a', 'c'], ['b', 'a'], ['c', 'b'], ['after', 'b']))).toEqual([
      'tasks[0].depends_on: a cycle, nothing in it could ever begin: a → c → b → a',
      'tasks[3].depends_on: "after" could never begin: it waits for "b", which waits for itself',
    ])
  })

  test('two cycles are two problems', () => {
    expect(problemsOf(makeBacklog(['a', 'b'], ['b', 'a'], ['c', 'd'], ['d', 'c']))).toHaveLength(2)
  })

  test('scopes that overlap without an order', () => {
    const tasks = [
      makePlanned('a', [], { scope: ['src/**'] }),
      makePlanned('b', [], { scope: ['src/x/*.ts'] }),
    ]
    expect(problemsOf({ ...makeBacklog(), tasks })).toEqual([
      expect.stringContaining(
        'tasks[1].scope: "b" and "a" may change the same files (src/** and src/x/*.ts)',
      ),
    ])
  })

  test('as many tasks as there may be are judged within a second', () => {
    const tasks = Array.from({ length: 100 }, (_, i) => makePlanned(`t${i}`))
    const began = performance.now()
    expect(problemsOf({ ...makeBacklog(), tasks })).toEqual([])
    expect(performance.now() - began).toBeLessThan(3000)
  })
})

test.each([[null], [[]], ['text'], [42]])('%j is no backlog, and nothing is thrown', value => {
  expect(problemsOf(value).length).toBeGreaterThan(0)
})

test('the issue of a task says what the backlog says', () => {
  const task = makePlanned('a', [], { hints: ['src/a/main.ts:10-40'], constraints: ['No new packages.'] })
  const read = readTask({ title: task.title, body: printTaskBody(task), labels: [] })
  expect(read).toMatchObject({
    ok: true,
    value: { scope: task.scope, acceptance: task.acceptance, constraints: task.constraints, type: 'feat' },
  })
  expect(read.ok && read.value.goal).toContain('`src/a/main.ts:10-40`')
})

describe('the shape of a graph', () => {
  const waits = readWaits([
    { id: 'a', depends_on: [] },
    { id: 'b', depends_on: ['a'] },
    { id: 'c', depends_on: ['a'] },
    { id: 'd', depends_on: ['b', 'c'] },
    { id: 'e', depends_on: [] },
  ])

  test('its rounds', () => {
    expect(layer(waits)).toEqual([['a', 'e'], ['b', 'c'], ['d']])
  })

  test('its longest way', () => {
    const hours = (id: string) => (id === 'c' ? 4 : 1)
    expect(findCriticalPath(waits, hours)).toEqual({ ids: ['a', 'c', 'd'], hours: 6 })
  })
})
