import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileGlob, matchesAny } from '../../../core/paths/glob.ts'

const cases: [string, string[], string[]][] = [
  ['src/a.ts', ['src/a.ts'], ['src/a.tsx', 'a.ts', 'x/src/a.ts', 'SRC/a.ts']],
  ['*.ts', ['a.ts', '.ts'], ['src/a.ts']],
  ['src/*', ['src/a', 'src/.b'], ['src/a/b', 'src']],
  ['**', ['a', 'a/b/c'], []],
  ['src/**', ['src/a', 'src/a/b'], ['src', 'srcs/a']],
  ['src/', ['src/a', 'src/a/b'], ['src', 'x/src/a']],
  ['**/a.ts', ['a.ts', 'x/a.ts', 'x/y/a.ts'], ['ba.ts', 'a.ts/x']],
  ['**/.git*', ['.gitignore', 'x/.gitmodules'], ['x/a.git']],
  ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb']],
  ['a**b', ['ab', 'axxb'], ['a/b']],
  ['a/**b', ['a/b', 'a/xb'], ['a/x/b']],
  ['?.ts', ['a.ts', 'é.ts'], ['.ts', 'ab.ts', '/.ts']],
  ['[a-c].ts', ['a.ts', 'c.ts'], ['d.ts', '-.ts']],
  ['[!a-c].ts', ['d.ts'], ['a.ts', '/.ts']],
  ['[]a].ts', ['].ts', 'a.ts'], ['b.ts']],
  ['[a-].ts', ['-.ts', 'a.ts'], ['b.ts']],
  ['{src,test}/**', ['src/a', 'test/b/c'], ['docs/a']],
  ['a.{ts,js{,x}}', ['a.ts', 'a.js', 'a.jsx'], ['a.tsx', 'a.']],
  ['{**/,}x', ['x', 'a/x', 'a/b/x'], ['ax']],
  ['\\*.ts', ['*.ts'], ['a.ts']],
  ['a,b', ['a,b'], ['a', 'b']],
  ['a(b)+', ['a(b)+'], ['ab']],
]

describe('patterns', () => {
  test.each(cases)('%s', (pattern, yes, no) => {
    expect(yes.filter(path => !matchesAny([pattern], path))).toEqual([])
    expect(no.filter(path => matchesAny([pattern], path))).toEqual([])
  })

  test.each(['', ' ', '/etc', '../x', 'a/../b', './a', '!a', 'a{b', 'a[b', 'a\\', 'a\nb', 'x'.repeat(501)])(
    '"%s" is not a pattern',
    pattern => expect(compileGlob(pattern).ok).toBe(false),
  )
})

const name = fc.stringMatching(/^[a-zA-Z0-9._-]{1,8}$/).filter(part => part !== '.' && part !== '..')
const path = fc.array(name, { minLength: 1, maxLength: 5 }).map(parts => parts.join('/'))

describe('properties', () => {
  test('a path without special characters matches itself only', () => {
    fc.assert(fc.property(path, path, (a, b) => matchesAny([a], b) === (a === b)))
  })
  test('a folder pattern matches exactly what lies below', () => {
    fc.assert(
      fc.property(path, path, (folder, other) => {
        expect(matchesAny([`${folder}/`], `${folder}/${other}`)).toBe(true)
        expect(matchesAny([`${folder}/`], folder)).toBe(false)
      }),
    )
  })
  test('braces are the same as writing each out', () => {
    fc.assert(
      fc.property(name, name, path, (a, b, other) => {
        expect(matchesAny([`{${a},${b}}/**`], other)).toBe(matchesAny([`${a}/**`, `${b}/**`], other))
      }),
    )
  })
  test('anything at all is either refused or matched without throwing', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        (pattern, text) => typeof matchesAny([pattern], text) === 'boolean',
      ),
    )
  })
  test('the worst patterns take linear time', () => {
    const started = performance.now()
    const text = `${'a'.repeat(4000)}b`
    for (const pattern of [
      '*a'.repeat(100),
      '{a,a}'.repeat(90),
      `${'**/'.repeat(100)}x`,
      '[a-b]*'.repeat(80),
    ]) {
      matchesAny([pattern], text)
    }
    expect(performance.now() - started).toBeLessThan(5000)
  })
})
