import { expect, test } from 'vitest'
import { parseBacklog } from '../../../core/backlog/contract.ts'
import { printProblem } from '../../../core/contract/problem.ts'
import { makeBacklog, makePlanned } from '../backlog/make.ts'

const task = makePlanned('a')
const { acceptance: _, ...bare } = task

test.each<[string, object | null, string]>([
  ['nothing at all', null, 'is empty; it has to be keys with values'],
  ['a key that is missing', { tasks: [bare] }, 'tasks[0].acceptance: is missing; it has to be a list'],
  ['a key without a value', { goal: null }, 'goal: is empty; it has to be a text'],
  ['another kind of value', { tasks: 'none' }, 'tasks: has to be a list; found "none"'],
  ['a version that nobody knows', { version: 2 }, 'version: has to be 1; found 2'],
  [
    'a text that YAML takes for a number',
    { title: 1.5 },
    'title: has to be a text; found 1.5: put it in quotes',
  ],
  [
    'a text that YAML takes for keys',
    { tasks: [{ ...task, acceptance: [{ run: 'npm test' }] }] },
    'tasks[0].acceptance[0]: has to be a text; found {"run":"npm test"}: a text with ": " in it needs quotes',
  ],
  [
    'none of those that there are',
    { tasks: [{ ...task, type: 'feature' }] },
    'tasks[0].type: has to be one of feat, fix, docs, refactor, test, chore, perf, build, ci; found "feature"',
  ],
  [
    'one that is nearly there',
    { tasks: [{ ...task, type: 'refactr' }] },
    'found "refactr": did you mean "refactor"?',
  ],
  ['the beginning of a key', { tasks: [{ ...task, depends: [] }] }, 'did you mean "depends_on"?'],
])('%s', (_, change, words) => {
  const parsed = parseBacklog(change === null ? null : { ...makeBacklog(['a']), ...change })
  expect(parsed.ok ? '' : parsed.problems.map(printProblem).join('\n')).toContain(words)
})
