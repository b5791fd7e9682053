/** The sample repository of the demo and of many stories: a few lines of JavaScript, tests by node, CI that runs them. */
export const GREETER: Record<string, string> = {
  'AGENTS.md': '# How to work here\n\n- `node --test` has to pass.\n',
  'README.md': '# greeter\n\nSays hello. Ask Chorus for more.\n',
  'package.json': `${JSON.stringify({ name: 'greeter', type: 'module', scripts: { test: 'node --test' } }, null, 2)}\n`,
  'src/hello.js': "export function hello() {\n  return 'hello'\n}\n",
  'test/hello.test.js': [
    "import assert from 'node:assert/strict'",
    "import { test } from 'node:test'",
    "import { hello } from '../src/hello.js'",
    '',
    "test('says hello', () => assert.equal(hello(), 'hello'))",
    '',
  ].join('\n'),
  '.github/workflows/ci.yml': [
    'name: ci',
    'on:',
    '  push: { branches: [main] }',
    '  pull_request:',
    'permissions: { contents: read }',
    'jobs:',
    '  test:',
    '    runs-on: ubuntu-latest',
    '    steps:',
    '      - uses: actions/checkout@v7',
    '      - run: node --test',
    '',
  ].join('\n'),
}

export const GREETER_CONFIG = [
  'agents:',
  '  scripted: { cli: scripted }',
  'default_agent: scripted',
  'checks:',
  '  - { name: tests, run: node --test, minutes: 2 }',
  '',
].join('\n')
