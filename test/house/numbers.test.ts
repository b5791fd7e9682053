import { expect, test } from 'vitest'
import { SCENARIOS } from './scenarios.ts'
import { listSources } from './sources.ts'

/** `'C3, 48: one that does not come …'`, at the beginning of a test's name or of a row of its table. */
const TITLE = /["'`]((?:[A-Z]?\d+)(?:, [A-Z]?\d+)*): /g

const tests = new Map(
  listSources(['test'])
    .filter(({ path }) => path.endsWith('.test.ts') && !path.startsWith('test/house/'))
    .map(({ path, text }) => [
      path,
      new Set([...text.matchAll(TITLE)].flatMap(([, all]) => all!.split(', '))),
    ]),
)

test('every scenario and every trap of merging is told by the test that is named for it', () => {
  const missing = SCENARIOS.filter(([number, , file]) => !tests.get(`test/${file}.test.ts`)?.has(number))
  expect(missing).toEqual([])
})

test('none of the list is left out, and none is there twice', () => {
  const numbers = SCENARIOS.map(([number]) => number)
  const ranges = [
    ['', 1, 81],
    ['', 95, 114],
    ['', 136, 148],
    ['', 181, 190],
    ['R', 1, 14],
    ['C', 1, 14],
    ['P', 1, 12],
    ['Q', 1, 9],
    ['S', 1, 3],
    ['O', 1, 6],
  ] as const
  expect(numbers).toEqual(
    ranges.flatMap(([letter, first, last]) =>
      Array.from({ length: last - first + 1 }, (_, i) => `${letter}${first + i}`),
    ),
  )
})
