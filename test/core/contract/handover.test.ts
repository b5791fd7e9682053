import { describe, expect, test } from 'vitest'
import {
  type Change,
  type Handover,
  judgeHandover,
  type Policy,
  parseManifest,
} from '../../../core/contract/handover.ts'

const start = 'a'.repeat(40)
const policy: Policy = { maxFiles: 3, maxBytes: 100, isProtected: path => path.startsWith('.github/') }

function change(path: string, more: Partial<Change> = {}): Change {
  return { path, oldMode: null, newMode: '100644', oldBlob: null, newBlob: 'b1', bytes: 10, ...more }
}

function judge(changes: Change[], more: Partial<Handover> = {}): string[] {
  const paths = changes.filter(one => one.newMode !== null).map(one => one.path)
  return judgeHandover({ start, parents: [start], changes, paths, ...more }, policy)
}

test('an ordinary change is taken', () => {
  expect(judge([change('src/a.ts'), change('src/b.ts', { oldMode: '100644', oldBlob: 'b0' })])).toEqual([])
})

describe('history', () => {
  test.each([
    ['no parent', []],
    ['another parent', ['c'.repeat(40)]],
    ['two parents', [start, 'c'.repeat(40)]],
  ])('%s is refused', (_, parents) => {
    expect(judge([change('a')], { parents })).toEqual([
      'the commit handed over is not exactly one step from aaaaaaa, where the attempt began',
    ])
  })
})

describe('paths', () => {
  test.each([
    ['../a', 'no plain path'],
    ['a/../b', 'no plain path'],
    ['/etc/passwd', 'no plain path'],
    ['a//b', 'no plain path'],
    ['./a', 'no plain path'],
    ['a\\b', 'no plain path'],
    ['.git/config', 'git directory'],
    ['sub/.GIT/config', 'git directory'],
    ['.git./x', 'git directory'],
    ['.git /x', 'git directory'],
    ['.git::$INDEX_ALLOCATION/x', 'git directory'],
    ['GIT~1/x', 'git directory'],
    ['.g\u200dit/x', 'git directory'],
    ['a\nb', 'control or invisible'],
    ['a\u202eb', 'control or invisible'],
    ['a\ufffdb', 'no UTF-8'],
    ['a'.repeat(1025), 'longer than 1024'],
  ])('%j is refused', (path, why) => {
    expect(judge([change(path)]).join()).toContain(why)
  })

  test.each(['.gitignore', '.gitattributes', 'git/a', 'a.git', 'legit~1x', 'ü/ß.ts', '日本.md', 'a b.txt'])(
    '%j is taken',
    path => {
      expect(judge([change(path)])).toEqual([])
    },
  )
})

describe('modes', () => {
  test.each([
    ['a new link', change('a', { newMode: '120000' }), 'symbolic link'],
    ['a changed link', change('a', { oldMode: '120000', oldBlob: 'b0', newMode: '120000' }), 'symbolic link'],
    ['a submodule', change('a', { newMode: '160000' }), 'submodule'],
    ['a moved submodule', change('a', { oldMode: '160000', oldBlob: 'b0', newMode: '160000' }), 'submodule'],
    ['a new program', change('a', { newMode: '100755' }), 'executable'],
    ['a file made a program', change('a', { oldMode: '100644', newMode: '100755' }), 'executable'],
    ['an odd mode', change('a', { newMode: '100664' }), 'unknown mode'],
  ])('%s is refused', (_, one, why) => {
    expect(judge([one]).join()).toContain(why)
  })

  test.each<[string, Change[]]>([
    ['a program changed', [change('a', { oldMode: '100755', oldBlob: 'b0', newMode: '100755' })]],
    ['a program made a file', [change('a', { oldMode: '100755', oldBlob: 'b0' })]],
    ['a link removed', [change('a', { oldMode: '120000', newMode: null, newBlob: null, bytes: null })]],
    [
      'a program moved as it was',
      [
        change('a', { oldMode: '100755', oldBlob: 'b1', newMode: null, newBlob: null, bytes: null }),
        change('b', { newMode: '100755' }),
      ],
    ],
  ])('%s is taken', (_, changes) => {
    expect(judge(changes)).toEqual([])
  })
})

describe('names that are one where case does not count', () => {
  test.each([
    ['README.md', 'readme.md'],
    ['Src/a.ts', 'src/b.ts'],
    ['ﬁle', 'file'],
  ])('%s beside %s', (added, there) => {
    expect(judge([change(added)], { paths: [added, there] }).join()).toContain('one name')
  })

  test('two that were there before are left in peace', () => {
    const old = change('README.md', { oldMode: '100644', oldBlob: 'b0' })
    expect(judge([old], { paths: ['README.md', 'readme.md'] })).toEqual([])
  })
})

describe('size and protection', () => {
  test('too many files, too many bytes', () => {
    expect(judge(['a', 'b', 'c', 'd'].map(path => change(path))).join()).toContain('4 files changed')
    expect(judge([change('a', { bytes: 101 })]).join()).toContain('101 bytes')
  })

  test('a protected path may not be changed, added or removed', () => {
    const removed = change('.github/a.yml', { oldMode: '100644', newMode: null, newBlob: null, bytes: null })
    expect(judge([removed])).toEqual(['`.github/a.yml` is protected: agents may not change it'])
  })

  test('a flood of refusals is cut', () => {
    const many = Array.from({ length: 50 }, (_, at) => change(`../${at}`))
    expect(judge(many)).toHaveLength(21)
    expect(judge(many).at(-1)).toMatch(/^and \d+ more$/)
  })

  test('a path is shown without tricks', () => {
    const said = judge([change('`a\u001b[31m\nb`')]).join()
    for (const trick of ['\u001b', '\n', '`a', 'b`']) expect(said).not.toContain(trick)
  })
})

test('a manifest with an unknown version or key is refused with its path', () => {
  const digest = { bytes: 1, sha256: 'f'.repeat(64) }
  const manifest = { version: 1, claim: start, start, head: null, bundle: null, report: digest, subjects: [] }
  expect(parseManifest(manifest).ok).toBe(true)
  const wrong = parseManifest({ ...manifest, version: 2, extra: 1 })
  expect(wrong.ok || wrong.problems.map(problem => problem.path).sort()).toEqual(['extra', 'version'])
})
