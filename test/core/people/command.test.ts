import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mayGive, neededStanding } from '../../../core/people/authority.ts'
import { COMMAND_WORDS, type Command, parseCommands } from '../../../core/people/command.ts'
import type { Standing } from '../../../core/world.ts'

describe('commands in a comment', () => {
  test.each<[string, string, Command[]]>([
    ['none', 'thanks!', []],
    ['a word', '/chorus status', [{ say: 'status' }]],
    ['capitals', '/chorus STOP', [{ say: 'stop', all: false }]],
    ['alone', '/chorus', [{ say: 'help' }]],
    ['run', '/chorus run', [{ say: 'run', agent: null }]],
    ['run with an agent', '/chorus  run   claude ', [{ say: 'run', agent: 'claude' }]],
    ['revise', '/chorus revise use a map, not a list', [{ say: 'revise', text: 'use a map, not a list' }]],
    ['revise without words', '/chorus revise', [{ say: 'revise', text: '' }]],
    [
      'several',
      'ok\n/chorus retry\r\n/chorus pause',
      [
        { say: 'retry', all: false },
        { say: 'pause', all: false },
      ],
    ],
    [
      'of the whole repository',
      '/chorus stop ALL\n/chorus resume all',
      [
        { say: 'stop', all: true },
        { say: 'resume', all: true },
      ],
    ],
    ['assign', '/chorus assign codex', [{ say: 'assign', agent: 'codex' }]],
    ['assign to nobody', '/chorus assign', [{ say: 'assign', agent: null }]],
    ['unassign', '/chorus unassign', [{ say: 'unassign' }]],
    [
      'a priority',
      '/chorus priority 0\n/chorus priority P3',
      [
        { say: 'priority', level: 0 },
        { say: 'priority', level: 3 },
      ],
    ],
    [
      'a hotfix',
      '/chorus hotfix #12\n/chorus hotfix',
      [
        { say: 'hotfix', issue: 12 },
        { say: 'hotfix', issue: null },
      ],
    ],
    ['a priority that is none', '/chorus priority high', [{ say: 'priority', level: null }]],
    ['a slip', '/chorus aprove', [{ say: 'unknown', word: 'aprove', nearest: 'approve' }]],
    [
      '19: approving is handed on to nobody',
      '/chorus delegate @tim',
      [{ say: 'unknown', word: 'delegate', nearest: null }],
    ],
    ['nothing like it', '/chorus dance', [{ say: 'unknown', word: 'dance', nearest: null }]],
    [
      'a word that is a property of objects',
      '/chorus constructor',
      [{ say: 'unknown', word: 'constructor', nearest: null }],
    ],
    ['in the middle of a line', 'say /chorus run', []],
    ['another command that begins alike', '/chorusmaster run', []],
    ['183: quoted', '> /chorus stop', []],
    ['quoted without a blank', '>/chorus stop', []],
    ['in a fence', '```\n/chorus stop\n```', []],
    ['in a fence of tildes', '~~~\n/chorus stop\n~~~', []],
    ['in a fence that is never closed', '```\n/chorus stop', []],
    ['a shorter fence does not close', '````\n```\n/chorus stop\n````', []],
    ['after a fence', '```\nx\n```\n/chorus stop', [{ say: 'stop', all: false }]],
    ['in code by indentation', 'x\n\n    /chorus stop', []],
    ['in code by a tab', '\t/chorus stop', []],
    ['up to three blanks are no code', '   /chorus stop', [{ say: 'stop', all: false }]],
    ['in an HTML comment', '<!--\n/chorus stop\n-->', []],
    ['a quoted fence does not close another', '```\n> ```\n/chorus stop\n```', []],
    ['a fence in a quote ends with it', '> ```\n> x\n\n/chorus stop', [{ say: 'stop', all: false }]],
    ['in a fence in two quotes', '> > ```\n> > /chorus stop\n> > ```', []],
    ['in a quote that goes on without its mark', '> he said\n/chorus stop', []],
    ['after a quote', '> he said\n\n/chorus stop', [{ say: 'stop', all: false }]],
    ['in a fence in a list', '- ```\n  /chorus stop\n  ```', []],
    ['in a fence below the text of a list', '1. say\n   ```\n   /chorus stop\n   ```', []],
    ['a fence after a list does not close one in it', '- a\n  ```\n  x\n```\n/chorus stop\n```', []],
    ['after a list', '- a\n- b\n\n/chorus stop', [{ say: 'stop', all: false }]],
    ['in a quote in a list', '- > a\n  > /chorus stop', []],
    ['in preformatted HTML', '<pre>\n/chorus stop\n</pre>', []],
    ['in a quote by HTML', 'so:\n<blockquote>\n\n/chorus stop\n\n</blockquote>', []],
    ['after such HTML', '<pre>x</pre>\n/chorus stop', [{ say: 'stop', all: false }]],
    ['in HTML that only folds', '<details>\n\n/chorus stop\n\n</details>', [{ say: 'stop', all: false }]],
    ['after a tag in code', 'use `<pre>` there\n/chorus stop', [{ say: 'stop', all: false }]],
    ['with a tag in it', '/chorus revise use <pre>', [{ say: 'revise', text: 'use <pre>' }]],
    [
      'after a word with a tag in it',
      '/chorus revise use <pre>\n/chorus stop',
      [
        { say: 'revise', text: 'use <pre>' },
        { say: 'stop', all: false },
      ],
    ],
    [
      'inline code of three backticks opens no fence',
      '```x``` is code\n/chorus stop',
      [{ say: 'stop', all: false }],
    ],
  ])('%s', (_, body, expected) => expect(parseCommands(body)).toEqual(expected))
})

describe('who may say what', () => {
  const needs: Record<string, Standing> = {
    approve: 'write',
    merge: 'write',
    freeze: 'write',
    unfreeze: 'write',
    rollback: 'write',
    review: 'write',
  }
  test.each(COMMAND_WORDS)('%s', word => {
    const [command] = parseCommands(`/chorus ${word}`)
    expect(neededStanding(command!)).toBe(needs[word] ?? 'triage')
  })
  test('the whole repository needs more', () => {
    for (const say of ['stop', 'pause', 'resume'] as const)
      expect(neededStanding({ say, all: true })).toBe('write')
  })
  test('an emergency passes everybody by', () => {
    const [command] = parseCommands('/chorus merge emergency')
    expect(mayGive(command!, 'maintain')).toBeNull()
    expect(mayGive(command!, 'write')).toContain('an emergency needs the maintain role')
  })
  test('enough is enough', () => expect(mayGive({ say: 'stop', all: false }, 'maintain')).toBeNull())
  test('too little is said', () => {
    expect(mayGive({ say: 'approve' }, 'triage')).toBe('that needs the write role or more; yours is triage')
  })
})

describe('however deep it is nested', () => {
  const wrap = fc.oneof(
    fc.constant((lines: string[]) => lines.map(line => `> ${line}`)),
    fc.constantFrom('```', '~~~', '````js').map(mark => (lines: string[]) => {
      const longer = mark.slice(0, 1).repeat(3 + lines.join('').length)
      return [longer, ...lines, longer]
    }),
    fc
      .constantFrom('- ', '1. ', '12) ')
      .map(mark => (lines: string[]) => [
        `${mark}\u0060\u0060\u0060${'\u0060'.repeat(lines.join('').length)}`,
        ...lines.map(line => ' '.repeat(mark.length) + line),
        `${' '.repeat(mark.length)}\u0060\u0060\u0060${'\u0060'.repeat(lines.join('').length)}`,
      ]),
  )
  test('what is quoted or code commands nothing, and what follows it does', () => {
    fc.assert(
      fc.property(fc.array(wrap, { minLength: 1, maxLength: 6 }), wraps => {
        const nested = wraps.reduce((lines, one) => one(lines), ['/chorus stop'])
        expect(parseCommands(nested.join('\n'))).toEqual([])
        expect(parseCommands([...nested, '', '/chorus run'].join('\n'))).toEqual([
          { say: 'run', agent: null },
        ])
      }),
      { seed: 1, numRuns: 500 },
    )
  })
})
