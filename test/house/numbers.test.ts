import { expect, test } from 'vitest'
import { NUMBERS, OPEN } from './numbers.ts'
import { listSources } from './sources.ts'

/** `'C3, 48: one that does not come …'`, at the beginning of a test's name or of a row of its table. */
const TITLE = /["'`]((?:[A-Z]?\d+)(?:, [A-Z]?\d+)*): /g

const named = new Set(
  listSources(['test'])
    .filter(({ path }) => path.endsWith('.test.ts'))
    .flatMap(({ text }) => [...text.matchAll(TITLE)].flatMap(([, numbers]) => numbers!.split(', '))),
)

test('every scenario and every trap of merging is named by a test, or is known to be open with its reason', () => {
  expect(NUMBERS.filter(number => !named.has(number) && OPEN[number] === undefined)).toEqual([])
})

test('what a test names is not called open, and nothing else is', () => {
  expect(Object.keys(OPEN).filter(number => named.has(number) || !NUMBERS.includes(number))).toEqual([])
})
