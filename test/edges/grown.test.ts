import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { growTree, nameTree } from '../../forge/observe/grown.ts'
import type { TreeFile } from '../../forge/observe/tree.ts'
import type { FileWire } from '../../forge/wire.ts'

/** What git itself calls the trees, and how it tells them apart. */

const dir = mkdtempSync(join(tmpdir(), 'grown-'))
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'commit.gpgsign=false', ...args], {
    cwd: dir,
    maxBuffer: 1 << 26,
  }).toString()

afterAll(() => rmSync(dir, { recursive: true }))

function put(path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true })
  writeFileSync(join(dir, path), content)
}

function commit(): { tree: string; files: Map<string, TreeFile> } {
  git('add', '-A')
  git('commit', '-qm', 'x', '--allow-empty')
  const files = new Map<string, TreeFile>()
  for (const line of git('ls-tree', '-rlz', 'HEAD').split('\0').filter(Boolean)) {
    const [, mode, sha, bytes, path] = /^(\d+) \w+ (\w+) +(\S+)\t([\s\S]*)$/.exec(line)!
    files.set(path!, { mode: mode!, sha: sha!, bytes: bytes === '-' ? null : Number(bytes) })
  }
  return { tree: git('rev-parse', 'HEAD^{tree}').trim(), files }
}

const STATUS = { A: 'added', M: 'modified', D: 'removed', R: 'renamed', T: 'changed' } as const

/** As GitHub lists it: no modes, no sizes. */
function list(): FileWire[] {
  const raw = git('diff', '--raw', '-z', '-M', '--abbrev=40', 'HEAD~', 'HEAD').split('\0').filter(Boolean)
  const listed: FileWire[] = []
  while (raw.length > 0) {
    const [, , , sha, what] = raw.shift()!.split(' ')
    const from = raw.shift()!
    const status = STATUS[what![0] as keyof typeof STATUS]
    const filename = status === 'renamed' ? raw.shift()! : from
    const diff = git('diff', '-M', 'HEAD~', 'HEAD', '--', from, filename)
    const patch = diff.includes('\n@@') ? diff.slice(diff.indexOf('\n@@') + 1).replace(/\n$/, '') : undefined
    const count = (sign: string) => patch?.split('\n').filter(line => line.startsWith(sign)).length ?? 0
    listed.push({
      sha: /^0+$/.test(sha!) ? null : sha!,
      filename,
      ...(status === 'renamed' ? { previous_filename: from } : {}),
      status,
      additions: count('+'),
      deletions: count('-'),
      changes: count('+') + count('-'),
      ...(patch === undefined ? {} : { patch }),
    } as FileWire)
  }
  return listed
}

test('a tree grows from what is listed as different, or is asked for', () => {
  git('init', '-q')
  put('a.txt', 'one\ntwo\nthree\n')
  put('lib/deep/é.js', 'export const e = 1\n')
  put('lib.js', 'sorted between lib and lib/\n')
  put('lib-old/x', 'x')
  put('gone/only.txt', 'the only one of its folder\n')
  put('run.sh', '#!/bin/sh\n')
  chmodSync(join(dir, 'run.sh'), 0o755)
  symlinkSync('a.txt', join(dir, 'link'))
  put('binary', Buffer.from([0, 1, 2, 255]))
  let before = commit()
  expect(nameTree(before.files)).toBe(before.tree)

  const grows = (change: () => void): boolean => {
    change()
    const after = commit()
    const grown = growTree(before.files, list(), after.tree)
    if (grown !== null) expect(new Map([...grown].sort())).toEqual(new Map([...after.files].sort()))
    before = after
    return grown !== null
  }
  // Words, line ends, no line end, nothing at all, an executable that stays one, folders that come and go.
  expect(grows(() => put('a.txt', 'one\r\n2 — zwei\nthree'))).toBe(true)
  expect(grows(() => put('a.txt', 'one\r\n2 — zwei\nthree\n'))).toBe(true)
  expect(grows(() => put('new/folder/file.ts', '++x\n--y\n\\z'))).toBe(true)
  expect(grows(() => put('run.sh', '#!/bin/bash\nset -e\n'))).toBe(true)
  expect(grows(() => [put('empty', ''), rmSync(join(dir, 'gone'), { recursive: true })])).toBe(true)
  expect(grows(() => git('mv', 'lib/deep/é.js', 'lib/é.js'))).toBe(true)
  // What the list does not tell: modes, links, bytes that are no text.
  expect(grows(() => chmodSync(join(dir, 'a.txt'), 0o755))).toBe(false)
  expect(grows(() => symlinkSync('lib.js', join(dir, 'other')))).toBe(false)
  expect(grows(() => put('binary', Buffer.from([0, 1, 2, 254])))).toBe(false)
  expect(grows(() => put('latin', Buffer.from('caf\xe9\n', 'latin1')))).toBe(false)
  expect(grows(() => put('latin', Buffer.from('caf\xe9s\n', 'latin1')))).toBe(false)
})

test.each<[string, (file: FileWire) => FileWire | null]>([
  ['lacks one', () => null],
  ['names another content', file => ({ ...file, sha: 'b'.repeat(40) })],
  ['shows less of a patch than it counts', file => ({ ...file, additions: file.additions + 1 })],
  ['puts it elsewhere', file => ({ ...file, filename: `${file.filename}/x` })],
])('a list that %s proves nothing', (_, falsify) => {
  rmSync(join(dir, 'more.txt'), { force: true })
  const before = commit()
  put('more.txt', 'more\n')
  const after = commit()
  const listed = list()
  expect(growTree(before.files, listed, after.tree)).not.toBeNull()
  const falsified = listed.flatMap(file => falsify(file) ?? [])
  expect(growTree(before.files, falsified, after.tree)).toBeNull()
})
