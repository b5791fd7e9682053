/**
 * What two tasks do that are green alone and break together: one takes away what the other one uses. Each knows better the
 * second time.
 */
export const RENAME = [
  'write test/hello.test.js',
  "  import assert from 'node:assert/strict'",
  "  import { test } from 'node:test'",
  "  import { greet } from '../src/hello.js'",
  "  test('greets', () => assert.equal(greet(), 'hello'))",
  'write src/hello.js',
  "  export const greet = () => 'hello'",
  'on attempt 2:',
  'append src/hello.js',
  '  export const hello = greet',
  'always:',
  'say refactor(rename): call it greet',
]

export const LOUD = [
  'write test/loud.test.js',
  "  import assert from 'node:assert/strict'",
  "  import { test } from 'node:test'",
  "  import { loud } from '../src/loud.js'",
  "  test('says it loud', () => assert.equal(loud(), 'HELLO'))",
  'on attempt 1:',
  'write src/loud.js',
  "  import { hello } from './hello.js'",
  '  export const loud = () => hello().toUpperCase()',
  'on attempt 2:',
  'write src/loud.js',
  "  import * as words from './hello.js'",
  '  export const loud = () => (words.greet ?? words.hello)().toUpperCase()',
  'always:',
  'say feat(loud): say it loud',
]
