/** The three issues of the demo. What the scripted agent does stands in the issues themselves: no model, no key, no cost. */
export type DemoIssue = { title: string; body: string; blockedBy: number[] }

const FENCE = '```'

function script(lines: readonly string[]): string {
  return [`${FENCE}chorus-script`, ...lines, FENCE].join('\n')
}

function file(path: string, lines: readonly string[]): string[] {
  return [`write ${path}`, ...lines.map(line => `  ${line}`)]
}

const GREET_TEST = [
  "import assert from 'node:assert/strict'",
  "import { test } from 'node:test'",
  "import { greet } from '../src/greet.js'",
  '',
  "test('greets by name', () => assert.equal(greet('Ada'), 'hello, Ada'))",
]

/** Its first try is wrong: the check goes red, the agent reads why, and mends it. */
const GREET = [
  'on loop 1:',
  ...file('test/greet.test.js', GREET_TEST),
  ...file('src/greet.js', ['export function greet(name) {', '  return `hello ${name}`', '}']),
  'on loop 2:',
  ...file('src/greet.js', ['export function greet(name) {', '  return `hello, ${name}`', '}']),
  'say feat(greet): greet people by name',
]

const LANGUAGES: [string, string][] = [
  ['de', 'auf Wiedersehen'],
  ['fr', 'au revoir'],
  ['it', 'arrivederci'],
  ['es', 'adiós'],
  ['nl', 'tot ziens'],
]

/** Seven files: more than the size gate lets land by itself. */
const GOODBYE = [
  ...LANGUAGES.flatMap(([code, word]) => file(`src/bye/${code}.js`, [`export const bye = '${word}'`])),
  ...file('src/bye.js', [
    ...LANGUAGES.map(([code]) => `import { bye as ${code} } from './bye/${code}.js'`),
    '',
    `const words = { ${LANGUAGES.map(([code]) => code).join(', ')} }`,
    '',
    'export function bye(language) {',
    "  return words[language] ?? 'goodbye'",
    '}',
  ]),
  ...file('test/bye.test.js', [
    "import assert from 'node:assert/strict'",
    "import { test } from 'node:test'",
    "import { bye } from '../src/bye.js'",
    '',
    "test('knows French', () => assert.equal(bye('fr'), 'au revoir'))",
    "test('falls back to English', () => assert.equal(bye('xx'), 'goodbye'))",
  ]),
  'say feat(bye): say goodbye in five languages',
]

/** Imports what the other two made: it can only work after both. */
const VISIT = [
  ...file('src/visit.js', [
    "import { bye } from './bye.js'",
    "import { greet } from './greet.js'",
    '',
    'export function visit(name, language) {',
    '  return `${greet(name)}; ${bye(language)}`',
    '}',
  ]),
  ...file('test/visit.test.js', [
    "import assert from 'node:assert/strict'",
    "import { test } from 'node:test'",
    "import { visit } from '../src/visit.js'",
    '',
    "test('greets and says goodbye', () => assert.equal(visit('Ada', 'it'), 'hello, Ada; arrivederci'))",
  ]),
  'say feat(visit): greet and say goodbye in one call',
]

function body(goal: string, steps: readonly string[], acceptance: string): string {
  return `### Goal\n\n${goal}\n\n${script(steps)}\n\n### Acceptance\n\n- [ ] ${acceptance}\n`
}

export const DEMO_ISSUES: readonly DemoIssue[] = [
  {
    title: 'Greet people by name',
    body: body(
      'Say hello to a person, with the name behind a comma.',
      GREET,
      '`greet("Ada")` is `hello, Ada`',
    ),
    blockedBy: [],
  },
  {
    title: 'Say goodbye in five languages',
    body: body(
      'A word of goodbye for each language, English when it is unknown.',
      GOODBYE,
      '`bye("fr")` is French',
    ),
    blockedBy: [],
  },
  {
    title: 'Greet and say goodbye in one call',
    body: body(
      'One call for a whole visit, made of the other two.',
      VISIT,
      '`visit` greets and says goodbye',
    ),
    blockedBy: [0, 1],
  },
]
