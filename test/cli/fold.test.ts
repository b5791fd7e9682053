import { expect, test } from 'vitest'
import { fold } from '../../cli/fold.ts'

const PROSE = 'What is longer than the terminal is wide goes on below, at its spaces.'

test.each<[string, string, number | undefined, string[]]>([
  ['what fits stays', 'short', 40, ['short']],
  ['prose', PROSE, 40, ['What is longer than the terminal is wide', 'goes on below, at its spaces.']],
  [
    'what is indented',
    `    ${PROSE}`,
    44,
    ['    What is longer than the terminal is wide', '    goes on below, at its spaces.'],
  ],
  [
    'a name and what it is',
    `  name  ${PROSE}`,
    48,
    ['  name  What is longer than the terminal is wide', '        goes on below, at its spaces.'],
  ],
  [
    'a command, which somebody may copy',
    '  chorus local --repo . --issue todo.md --agent codex',
    40,
    ['  chorus local --repo . --issue todo.md --agent codex'],
  ],
  ['a word without a space', 'x'.repeat(50), 40, ['x'.repeat(40), 'x'.repeat(10)]],
  ['what another program reads', PROSE, undefined, [PROSE]],
  ['what would only be torn', PROSE, 20, [PROSE]],
])('%s', (_, text, columns, lines) => expect(fold(text, columns).split('\n')).toEqual(lines))
