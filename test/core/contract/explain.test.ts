import { expect, test } from 'vitest'
import { parseBacklog } from '../../../core/backlog/contract.ts'
import { parseConfig } from '../../../core/config/config.ts'
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
  ['a text without a word', { title: '' }, 'title: must not be empty'],
  [
    'a text that is too long',
    { title: 'x'.repeat(500) },
    'title: must have at most 120 characters; it has 500',
  ],
  ['the beginning of a key', { tasks: [{ ...task, depends: [] }] }, 'did you mean "depends_on"?'],
])('%s', (_, change, words) => {
  const parsed = parseBacklog(change === null ? null : { ...makeBacklog(['a']), ...change })
  expect(parsed.ok ? '' : parsed.problems.map(printProblem).join('\n')).toContain(words)
})

test.each<[string, object, string]>([
  ['too small a number', { limits: { attempts: -1 } }, 'limits.attempts: has to be at least 1; found -1'],
  ['too large a number', { limits: { minutes: 1000 } }, 'limits.minutes: has to be at most 340; found 1000'],
  [
    'a list that is too long',
    { agents: { codex: { cli: 'codex', race: Array(7).fill('codex') } } },
    'agents.codex.race: must have at most 4 entries; it has 7',
  ],
  [
    'a number that has to be more than that',
    { limits: { minutes: 0 } },
    'limits.minutes: has to be more than 0; found 0',
  ],
  [
    'a name that is none',
    { agents: { 'Bad Name': { cli: 'codex' } } },
    'agents.Bad Name: its name must be lower-case letters, digits and dashes, at most 32',
  ],
  [
    'a custom agent without a command',
    { agents: { mine: { cli: 'custom' } } },
    'agents.mine.command: is missing: it is what an agent with `cli: custom` runs',
  ],
  [
    'a command of another agent',
    { agents: { codex: { cli: 'codex', command: 'x' } } },
    'agents.codex.command: is for agents with `cli: custom` only',
  ],
])('%s', (_, config, words) => {
  const parsed = parseConfig(config)
  expect(parsed.ok ? '' : parsed.problems.map(printProblem).join('\n')).toBe(words)
})
