import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCommands } from '../../../core/people/command.ts'
import { readTask } from '../../../core/task.ts'
import { cleanOutput, cutHead, cutTail, trimLast } from '../../../core/text/clean.ts'
import { quoteBlock, quoteLine } from '../../../core/text/quote.ts'
import { findSecrets, redactSecrets } from '../../../core/text/secret.ts'
import { visibleText } from '../../../core/text/visible.ts'
import { writeSubject } from '../../../core/words/subject.ts'
import { makeIssue, makeReport, makeSpec } from '../../make.ts'

test.each([
  ['', ''],
  ['a  \nb\t\n', 'a\nb\n'],
  ['  a', '  a'],
  [' \t ', ''],
])('cleanOutput(%j)', (text, clean) => expect(cleanOutput(text)).toBe(clean))

test('trimLast takes what a pattern would take', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '.', ' ', '=') }), text => {
      expect(trimLast(text, '. ')).toBe(text.replace(/[. ]+$/, ''))
    }),
    { seed: 1, numRuns: 500 },
  )
})

/**
 * Text of people and programs that mean no good. A megabyte is so much that a square of it takes minutes, while one look at it
 * takes some milliseconds: the limit between them is far from both, so that neither a slow nor a busy machine decides. Processor
 * time of this process, so that others on the machine do not count.
 */
describe('time grows with the length of a hostile text, not with its square', () => {
  const units = [
    ' ',
    '\t',
    '`',
    '\uFFFD',
    '.',
    '=',
    '#',
    '> ',
    '<!--',
    '\u001b[',
    '["',
    'fix ',
    '\u001b]',
    'sk-',
    '- ',
    '[',
    '\n> ',
  ]
  const readers: [string, (text: string) => unknown][] = [
    ['cleanOutput', cleanOutput],
    ['cutHead', text => cutHead(text, text.length)],
    ['cutTail', text => cutTail(text, text.length - 2)],
    ['visibleText', visibleText],
    ['quoteLine', text => quoteLine(text)],
    ['quoteBlock', text => quoteBlock(text)],
    ['redactSecrets', redactSecrets],
    ['findSecrets', findSecrets],
    ['parseCommands', parseCommands],
    ['readTask', text => readTask(makeIssue({ body: `# ${text}` }))],
    [
      'writeSubject',
      text => writeSubject({ task: 'bd-aaaa', spec: makeSpec(), report: makeReport({ subject: text }) }),
    ],
  ]
  const spend = (read: (text: string) => unknown, text: string): number => {
    const before = process.cpuUsage()
    read(text)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  }

  test.each(readers)(
    '%s',
    (_, read) => {
      for (const unit of units) {
        const text = `x${unit.repeat(1_048_576 / unit.length)}x`
        expect([unit, spend(read, text) < 10_000]).toEqual([unit, true])
      }
    },
    // Only a guard for a test that never ends: the processor time judges.
    600_000,
  )
})

test('no pattern in core looks for the end of a text from everywhere in it', () => {
  const files = readdirSync('core', { recursive: true, encoding: 'utf8' }).filter(name =>
    name.endsWith('.ts'),
  )
  const slow = files.flatMap(name =>
    [
      ...readFileSync(join('core', name), 'utf8').matchAll(
        /\/(?![/*])((?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+[+*]\$)\/[a-z]*/g,
      ),
    ]
      .filter(([, source]) => !source!.startsWith('^'))
      .map(([, source]) => `${name}: ${source}`),
  )
  expect(slow).toEqual([])
})
