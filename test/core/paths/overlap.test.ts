import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matchesAny } from '../../../core/paths/glob.ts'
import { patternsMeet, scopesMeet } from '../../../core/paths/overlap.ts'

/** All paths of up to five signs; `c` stands for whatever no pattern names. */
const SHORT = listShort(5).filter(path => !/^\/|\/\/|\/$/.test(path))

function listShort(length: number): string[] {
  if (length === 0) return []
  const shorter = ['', ...listShort(length - 1)]
  const longest = shorter.filter(path => path.length === length - 1)
  return [...shorter.slice(1), ...longest.flatMap(path => [...'abc/'].map(sign => path + sign))]
}

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

  test('two meet where some path matches both, and nowhere else: told by trying all short paths', () => {
    const piece = fc.constantFrom(...['a', 'b', '/', '*', '**', '?', '[a-b]', '{a,bb}', '[!a]', '**/', '/**'])
    const pattern = fc
      .array(piece, { minLength: 1, maxLength: 3 })
      .map(pieces => pieces.join(''))
      .filter(one => !one.includes('//'))
    const matched = new Map<string, Set<string>>()
    const listMatched = (one: string) => {
      const known = matched.get(one) ?? new Set(SHORT.filter(path => matchesAny([one], path)))
      matched.set(one, known)
      return known
    }
    fc.assert(
      fc.property(pattern, pattern, (one, other) => {
        const both = [...listMatched(one)].some(path => listMatched(other).has(path))
        expect(patternsMeet(one, other)).toBe(both)
      }),
      { seed: 7, numRuns: 1000 },
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
