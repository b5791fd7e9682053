import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matchesAny } from '../../../core/paths/glob.ts'
import { patternsMeet, scopesMeet } from '../../../core/paths/overlap.ts'

describe('two patterns', () => {
  test.each([
    ['the same', 'src/a.ts', 'src/a.ts', true],
    ['two files', 'src/a.ts', 'src/b.ts', false],
    ['a file and its folder', 'src/a.ts', 'src/**', true],
    ['a folder by its slash', 'src/', 'src/deep/a.ts', true],
    ['two folders', 'src/one/**', 'src/two/**', false],
    ['ending and folder', '**/*.test.ts', 'src/**', true],
    ['two endings', '**/*.ts', '**/*.md', false],
    ['names that cross', 'src/a*c.ts', 'src/ab*.ts', true],
    ['one level only', 'src/*', 'src/deep/**', false],
    ['braces that share', 'src/{a,b}.ts', 'src/{b,c}.ts', true],
    ['braces that do not', 'src/{a,b}.ts', 'src/{c,d}.ts', false],
    ['ranges that share one letter', 'v[a-m]', 'v[m-z]', true],
    ['ranges side by side', 'v[a-m]', 'v[n-z]', false],
    ['all but some, and others', 'v[!a-m]', 'v[!n-y]', true],
    ['everything', '**', '.github/x', true],
    ['one that is no pattern', '/src', 'src/**', false],
  ])('%s: %s and %s', (_situation, one, other, meet) => {
    expect(patternsMeet(one, other)).toBe(meet)
    expect(patternsMeet(other, one)).toBe(meet)
  })

  test('whatever a path matches twice, meets', () => {
    const piece = fc.constantFrom('a', 'b', '/', '*', '**', '?', '[a-b]', '{a,bb}', '[!a]')
    const pattern = fc.array(piece, { minLength: 1, maxLength: 5 }).map(pieces => pieces.join(''))
    const paths = ['a', 'b', 'a/b', 'ab', 'bb', 'a/a/b', 'b/a', 'aa', 'abb', 'b/b/b', 'a/bb', 'ba']
    fc.assert(
      fc.property(pattern, pattern, (one, other) => {
        const both = paths.some(path => matchesAny([one], path) && matchesAny([other], path))
        return !both || patternsMeet(one, other)
      }),
      { seed: 7, numRuns: 2000 },
    )
  })

  test('a long pattern of many ways is decided at once', () => {
    const one = `${'*a'.repeat(100)}b`
    expect(patternsMeet(one, `${'a*'.repeat(100)}c`)).toBe(false)
  })
})

test('scopes that meet name the pair', () => {
  expect(scopesMeet(['docs/**', 'src/a.ts'], ['test/**', 'src/*'])).toEqual(['src/a.ts', 'src/*'])
  expect(scopesMeet(['docs/**'], ['src/*'])).toBeNull()
})
