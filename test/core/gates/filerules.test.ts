import { describe, expect, test } from 'vitest'
import { isGenerated, ownersOf, readAttributes, readOwners } from '../../../core/gates/filerules.ts'
import { review } from '../../../core/gates/review.ts'
import { size } from '../../../core/gates/size.ts'
import type { FileChange } from '../../../core/world.ts'
import {
  alice,
  bob,
  makeChange,
  makeConfig,
  makeProposal,
  makePull,
  makeReview,
  makeRules,
  sha,
  tim,
} from '../../make.ts'

const ATTRIBUTES = [
  '# what programs write',
  'dist/** linguist-generated',
  '*.pb.go linguist-generated=true -diff',
  'dist/kept.js -linguist-generated',
  '/root.txt linguist-generated',
  '*.snap linguist-generated=false',
  '!odd linguist-generated',
  'docs/ linguist-generated',
  '*.md text',
].join('\n')

describe('generated files', () => {
  const rules = { generated: readAttributes(ATTRIBUTES) }
  test.each<[string, boolean]>([
    ['dist/a/b.js', true],
    ['dist/kept.js', false],
    ['src/dist/b.js', false],
    ['api/v1/x.pb.go', true],
    ['root.txt', true],
    ['src/root.txt', false],
    ['a.snap', false],
    ['docs/a.html', false],
    ['README.md', false],
    ['package-lock.json', true],
    ['web/Package-Lock.json', true],
    ['Cargo.lock', true],
    ['src/lock.ts', false],
    ['package.json', false],
  ])('%s: %s', (path, is) => expect(isGenerated(rules, path)).toBe(is))
})

describe('size', () => {
  const files = { generated: readAttributes(ATTRIBUTES), owners: [] }
  const judge = (changes: readonly Partial<FileChange>[], over = {}) =>
    size.judge(makeProposal({ files, pull: makePull({ changes: changes.map(makeChange) }), ...over }))
  const large = { added: 9000, bytes: 900_000 }
  test.each<[string, readonly Partial<FileChange>[], string]>([
    ['26: a lock file is not counted', [{ path: 'package-lock.json', ...large }], 'pass'],
    ['nor where GitHub does not show it', [{ path: 'yarn.lock', added: null, removed: null }], 'pass'],
    ['nor what the base says is generated', [{ path: 'dist/a.js', ...large }], 'pass'],
    ['all else is', [{ path: 'src/a.js', ...large }, { path: 'dist/a.js' }], 'wait'],
    [
      'what was somebody’s before is',
      [{ path: 'dist/a.js', previous: 'src/a.js', status: 'renamed', ...large }],
      'wait',
    ],
    [
      'six files, one of them a lock file',
      [...'abcde'].map(path => ({ path })).concat({ path: 'go.sum' }),
      'pass',
    ],
    ['six files besides', [...'abcdef'].map(path => ({ path })).concat({ path: 'go.sum' }), 'wait'],
  ])('%s', (_, changes, is) => expect(judge(changes).is).toBe(is))
  test('they are named', () =>
    expect(judge([{ path: 'src/a.js' }, { path: 'go.sum' }])).toEqual({
      is: 'pass',
      note: '1 file, 3 lines, besides 1 generated or lock file',
    }))
})

const OWNERS = [
  '* @alice # everything',
  '/src/ @bob @acme/core',
  'docs/* @bob',
  '*.md @acme/writers',
  '/src/free/',
  'db @bob mail@acme.test',
  '[odd] @tim',
  '!odd @tim',
  'bad owner',
].join('\n')

describe('owners', () => {
  const rules = { owners: readOwners(OWNERS) }
  test.each<[string, readonly string[][]]>([
    ['a.ts', [['@alice']]],
    ['src/a.ts', [['@bob', '@acme/core']]],
    ['src/deep/a.ts', [['@bob', '@acme/core']]],
    ['docs/a.txt', [['@bob']]],
    ['docs/deep/a.txt', [['@alice']]],
    ['src/README.md', [['@acme/writers']]],
    ['src/free/a.ts', []],
    ['lib/db/a.sql', [['@bob', 'mail@acme.test']]],
    ['bad/a', [['@alice']]],
  ])('%s: %j', (path, owners) => expect(ownersOf(rules, path)).toEqual(owners))
  test('a variant in case is of the owners of the path that it may overwrite, too', () => {
    expect(ownersOf(rules, 'Src/a.ts')).toEqual([['@alice'], ['@bob', '@acme/core']])
  })
  test('a variant in case has the owner of the path where it has none itself', () => {
    expect(ownersOf({ owners: readOwners('/deploy/ @bob') }, 'Deploy/a.sh')).toEqual([['@bob']])
  })
})

describe('a review by an owner', () => {
  const asked = makeRules({ codeOwners: true })
  const files = { generated: [], owners: readOwners('/src/ @bob\n/team/ @acme/core\n') }
  const changed = (path: string, over: object = {}) => ({
    files,
    rules: asked,
    pull: makePull({ changes: [makeChange({ path, ...over })] }),
  })
  const reviewed = (path: string, ...reviews: ReturnType<typeof makeReview>[]) => {
    const { pull, ...rest } = changed(path)
    return { ...rest, pull: { ...pull, reviews } }
  }
  const byBob = makeReview({ by: bob })
  const byTim = makeReview({ by: tim })
  test.each<[string, Parameters<typeof makeProposal>[0], string]>([
    ['15, P4: is missing', changed('src/a'), 'wait'],
    ['is given', reviewed('src/a', byBob), 'pass'],
    ['on an earlier commit', reviewed('src/a', { ...byBob, sha: sha(8) }), 'wait'],
    ['by somebody else', { ...reviewed('src/a', makeReview({ by: alice })), requester: tim }, 'wait'],
    ['who may not push', reviewed('src/a', byTim), 'wait'],
    ['nobody owns it', changed('lib/a'), 'pass'],
    ['what moves away is owned too', changed('lib/a', { previous: 'src/a', status: 'renamed' }), 'wait'],
    ['of a team, by anybody who may push', reviewed('team/a', byBob), 'pass'],
    ['of a team, by nobody', changed('team/a'), 'wait'],
    ['the list is cut', { ...changed('src/a'), pull: makePull({ changes: null }) }, 'wait'],
    ['the branch does not ask', { ...changed('src/a'), rules: makeRules() }, 'pass'],
    [
      'the configuration asks',
      { ...changed('src/a'), rules: makeRules(), config: makeConfig({ gates: { owners: true } }) },
      'wait',
    ],
  ])('%s', (_, over, is) => expect(review.judge(makeProposal(over)).is).toBe(is))
})
