import { expect, test } from 'vitest'
import { NUMBERS } from './numbers.ts'
import { listSources } from './sources.ts'

/** `'C3, 48: one that does not come …'`, at the beginning of a test's name or of a row of its table. */
const TITLE = /["'`]((?:[A-Z]?\d+)(?:, [A-Z]?\d+)*): /g

const named = new Set(
  listSources(['test'])
    .filter(({ path }) => path.endsWith('.test.ts'))
    .flatMap(({ text }) => [...text.matchAll(TITLE)].flatMap(([, numbers]) => numbers!.split(', '))),
)

test('every scenario and every trap of merging is named by a test', () => {
  expect(NUMBERS.filter(number => !named.has(number))).toEqual([])
})
