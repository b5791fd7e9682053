import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diffTrees, type TreeEntry } from '../../../core/paths/diff.ts'
import { sha } from '../../make.ts'

const file = (path: string, content: number, over: Partial<TreeEntry> = {}): TreeEntry => ({
  path,
  mode: '100644',
  sha: sha(content),
  type: 'blob',
  size: content,
  ...over,
})
const short = (base: TreeEntry[], head: TreeEntry[]) =>
  diffTrees(base, head).map(change =>
    [change.status, change.previous, change.path].filter(part => part !== null).join(' '),
  )

describe('two trees', () => {
  test.each<[string, TreeEntry[], TreeEntry[], string[]]>([
    ['the same', [file('a', 1)], [file('a', 1)], []],
    ['added', [], [file('a', 1)], ['added a']],
    ['removed', [file('a', 1)], [], ['removed a']],
    ['modified', [file('a', 1)], [file('a', 2)], ['modified a']],
    ['only the mode', [file('a', 1)], [file('a', 1, { mode: '100755' })], ['modified a']],
    ['moved', [file('a', 1)], [file('b/a', 1)], ['renamed a b/a']],
    [
      'moved and changed is a removal and an addition',
      [file('a', 1)],
      [file('b', 2)],
      ['removed a', 'added b'],
    ],
    ['copied', [file('a', 1)], [file('a', 1), file('b', 1)], ['added b']],
    ['moved to two places', [file('a', 1)], [file('b', 1), file('c', 1)], ['renamed a b', 'added c']],
    [
      'two of the same content keep their names',
      [file('x/a', 1), file('x/b', 1)],
      [file('y/b', 1), file('y/a', 1)],
      ['renamed x/a y/a', 'renamed x/b y/b'],
    ],
    ['swapped', [file('a', 1), file('b', 2)], [file('a', 2), file('b', 1)], ['modified a', 'modified b']],
    ['a submodule', [], [file('lib', 1, { type: 'commit', mode: '160000' })], ['added lib']],
    ['folders are no changes', [], [file('d', 1, { type: 'tree' }), file('d/a', 2)], ['added d/a']],
  ])('%s', (_, base, head, expected) => expect(short(base, head)).toEqual(expected))

  test('both sides’ modes are kept, also over a move', () => {
    const [change] = diffTrees([file('a', 1)], [file('b', 1, { mode: '120000' })])
    expect(change).toMatchObject({ status: 'renamed', previous: 'a', mode: '120000', previousMode: '100644' })
  })
  test('lines are unknown until patched in, except where nothing can have been added', () => {
    expect(diffTrees([file('a', 1)], [file('a', 2)])[0]).toMatchObject({
      added: null,
      removed: null,
      addedLines: null,
      bytes: 2,
    })
    expect(diffTrees([file('a', 1)], [file('b', 1)])[0]).toMatchObject({
      added: 0,
      removed: 0,
      addedLines: [],
    })
    expect(diffTrees([file('a', 1)], [])[0]).toMatchObject({
      added: 0,
      removed: null,
      addedLines: [],
      mode: null,
    })
  })
})

test('the changes turn one tree into the other', () => {
  const tree = fc
    .dictionary(fc.constantFrom('a', 'b', 'c/a', 'c/b', 'd'), fc.integer({ min: 1, max: 3 }))
    .map(files => Object.entries(files).map(([path, content]) => file(path, content)))
  fc.assert(
    fc.property(tree, tree, (base, head) => {
      const paths = new Set(base.map(entry => entry.path))
      for (const change of diffTrees(base, head)) {
        if (change.status === 'removed') paths.delete(change.path)
        else paths.add(change.path)
        if (change.previous !== null && !head.some(entry => entry.path === change.previous))
          paths.delete(change.previous)
      }
      expect([...paths].sort()).toEqual(head.map(entry => entry.path).sort())
    }),
  )
})
