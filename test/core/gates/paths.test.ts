import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../../core/config/config.ts'
import { protectedPaths } from '../../../core/gates/protected.ts'
import { scope } from '../../../core/gates/scope.ts'
import type { FileChange } from '../../../core/world.ts'
import { makeChange, makeConfig, makeProposal, makePull, makeSpec } from '../../make.ts'

const changing = (changes: readonly Partial<FileChange>[] | null) =>
  makePull({ changes: changes?.map(makeChange) ?? null })

describe('scope', () => {
  const judge = (scopes: string[], changes: readonly Partial<FileChange>[] | null) =>
    scope.judge(makeProposal({ spec: makeSpec({ scope: scopes }), pull: changing(changes) })).is
  test.each<[string, string[], readonly Partial<FileChange>[] | null, string]>([
    ['no scope', [], [{ path: 'anywhere' }], 'pass'],
    ['within', ['src/**'], [{ path: 'src/a' }], 'pass'],
    ['within one of two', ['src/**', 'test/'], [{ path: 'src/a' }, { path: 'test/b' }], 'pass'],
    ['one outside', ['src/**'], [{ path: 'src/a' }, { path: 'docs/b' }], 'refuse'],
    [
      'moved in from outside',
      ['src/**'],
      [{ path: 'src/a', previous: 'lib/a', status: 'renamed' }],
      'refuse',
    ],
    ['removed outside', ['src/**'], [{ path: 'lib/a', status: 'removed' }], 'refuse'],
    ['the list is cut', ['src/**'], null, 'refuse'],
    ['the list is cut, no scope', [], null, 'pass'],
    ['a pattern that cannot be read covers nothing', ['{src'], [{ path: 'src/a' }], 'refuse'],
  ])('%s', (_, scopes, changes, is) => expect(judge(scopes, changes)).toBe(is))
})

describe('protected', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => ({ path: `src/${i}.ts` }))
  const judge = (changes: readonly Partial<FileChange>[] | null, patterns?: string[]) => {
    const config = makeConfig(patterns === undefined ? {} : { gates: { protected: patterns } })
    return protectedPaths.judge(makeProposal({ config, pull: changing(changes) }))
  }
  test.each<[string, readonly Partial<FileChange>[] | null, string]>([
    ['27: the hundred and first file', [...hundred, { path: '.github/workflows/ci.yml' }], 'refuse'],
    ['a hundred and one others', [...hundred, { path: 'src/a.ts' }], 'pass'],
    ['an ordinary file', [{ path: 'src/a.ts' }], 'pass'],
    ['a name that only sounds like it', [{ path: 'src/github/CODEOWNERS.md' }], 'pass'],
    ['P10, 31: a workflow', [{ path: '.github/workflows/ci.yml' }], 'refuse'],
    ['P11: our own configuration', [{ path: '.github/chorus.yml' }], 'refuse'],
    ['git attributes in a folder', [{ path: 'src/.gitattributes' }], 'refuse'],
    ['owners', [{ path: 'docs/CODEOWNERS' }], 'refuse'],
    ['settings of an agent’s program', [{ path: '.claude/settings.json' }], 'refuse'],
    ['servers for agents’ programs', [{ path: '.mcp.json' }], 'refuse'],
    ['a hook', [{ path: '.husky/pre-commit' }], 'refuse'],
    ['removed', [{ path: '.github/CODEOWNERS', status: 'removed', mode: null }], 'refuse'],
    [
      'C14, 28: moved away',
      [{ path: 'ci.yml', previous: '.github/workflows/ci.yml', status: 'renamed' }],
      'refuse',
    ],
    ['moved there', [{ path: '.github/workflows/ci.yml', previous: 'ci.yml', status: 'renamed' }], 'refuse'],
    ['30: in capitals', [{ path: '.GitHub/workflows/ci.yml' }], 'refuse'],
    ['with an invisible character', [{ path: '.git\u200chub/workflows/ci.yml' }], 'refuse'],
    ['with a dot at the end, for Windows', [{ path: '.github./workflows/ci.yml' }], 'refuse'],
    ['in full-width letters', [{ path: '.ｇithub/workflows/ci.yml' }], 'refuse'],
    ['29: a symbolic link', [{ path: 'src/a', mode: '120000' }], 'refuse'],
    ['a link that becomes a file', [{ path: 'src/a', previousMode: '120000' }], 'refuse'],
    [
      'a submodule that goes',
      [{ path: 'lib', status: 'removed', mode: null, previousMode: '160000' }],
      'refuse',
    ],
    ['a submodule', [{ path: 'lib', status: 'added', mode: '160000', previousMode: null }], 'refuse'],
    ['a new program', [{ path: 'run.sh', status: 'added', mode: '100755', previousMode: null }], 'refuse'],
    ['a file made executable', [{ path: 'run.sh', mode: '100755' }], 'refuse'],
    ['a program that was one before', [{ path: 'run.sh', mode: '100755', previousMode: '100755' }], 'pass'],
    ['a program that stops being one', [{ path: 'run.sh', previousMode: '100755' }], 'pass'],
    ['C13, 32: the list is cut', null, 'refuse'],
  ])('%s', (_, changes, is) => expect(judge(changes).is).toBe(is))

  test('a protected folder protects what is in it', () => {
    expect(judge([{ path: 'deploy/prod/a.yml' }], ['deploy']).is).toBe('refuse')
  })
  test('a pattern that cannot be read is a problem of the configuration, with its path', () => {
    const parsed = parseConfig({ gates: { protected: ['ok', '{a'], core: ['../x'] } })
    expect(parsed.ok ? [] : parsed.problems.map(problem => problem.path)).toEqual([
      'gates.protected[1]',
      'gates.core[0]',
    ])
  })
  test('a path with markup in its name cannot break out of the reason', () => {
    const verdict = judge([{ path: '.github/`|@all\n' }])
    expect(verdict).toEqual({ is: 'refuse', reason: '`.github/??@all?` may not be changed by an agent' })
  })
})
