import { expect, test } from 'vitest'
import { chooseSearched, findNamed, printHints, readNames } from '../../../core/paths/hint.ts'

test('files and names in backticks are read from plain text', () => {
  const text =
    'Change `priceOf()` in src/cart/price.ts, see ./README.md and `TaxRate`. Or 1.5 or `a b` or v1.2.3.'
  expect(readNames(text)).toEqual({
    files: ['src/cart/price.ts', 'README.md'],
    symbols: ['priceOf', 'TaxRate'],
  })
})

const PATHS = ['src/cart/price.ts', 'lib/price.ts', 'a/index.ts', 'b/index.ts', 'c/index.ts', 'd/index.ts']
test.each([
  ['by its whole path', ['src/cart/price.ts'], ['src/cart/price.ts']],
  ['by its name', ['price.ts'], ['src/cart/price.ts', 'lib/price.ts']],
  ['not by a name that many have', ['index.ts'], []],
  ['not by a part of a name', ['ice.ts'], []],
])('a file is found %s', (_, names, found) => {
  expect(findNamed(PATHS, names)).toEqual(found)
})

test('names are looked for in named files and in the scope, unless that is large', () => {
  expect(chooseSearched(PATHS, ['lib/price.ts'], ['a/**', 'b/*.ts'])).toEqual([
    'lib/price.ts',
    'a/index.ts',
    'b/index.ts',
  ])
  const many = Array.from({ length: 300 }, (_, n) => `src/${n}.ts`)
  expect(chooseSearched(many, ['src/1.ts'], ['src/**'])).toEqual(['src/1.ts'])
})

test('a file where a name was found is told with its line', () => {
  const hits = [{ path: 'lib/price.ts', line: 12, symbol: 'priceOf' }]
  expect(printHints(['lib/price.ts', 'README.md'], hits)).toEqual(['lib/price.ts:12 (priceOf)', 'README.md'])
})
