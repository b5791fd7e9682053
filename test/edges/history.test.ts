import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readHistory } from '../bench/schedule/history.ts'
import { replay } from '../bench/schedule/replay.ts'

/** A repository with these commits: each the whole text of some files, null for one that goes. */
function makeRepo(commits: readonly Record<string, string | null>[]): string {
  const dir = mkdtempSync(join(tmpdir(), 'chorus-history-'))
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', dir, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args])
  git('init', '-q')
  commits.forEach((files, i) => {
    for (const [path, text] of Object.entries(files)) {
      if (text === null) rmSync(join(dir, path))
      else writeFileSync(join(dir, path), text)
    }
    git('add', '-A')
    git('commit', '-q', '-m', `commit ${i}`, '-m', 'Its words.')
  })
  return dir
}

const lines = (...marks: string[]) =>
  `${Array.from({ length: 20 }, (_, i) => marks[i] ?? `line ${i}`).join('\n')}\n`

test('commits collide where one changes lines of the other, or lines beside them', () => {
  const dir = makeRepo([
    { a: lines(), b: '--- a/no\n+++ b/no\n' },
    { a: lines('one') },
    { a: lines('one', 'two') },
    { a: `${lines('one', 'two')}end\n` },
    { b: null, c: 'new\n' },
  ])
  const { changes, skipped } = readHistory(dir, 10)
  rmSync(dir, { recursive: true })
  expect(skipped).toBe(0)
  expect(changes.map(({ subject }) => subject)).toEqual([0, 1, 2, 3, 4].map(i => `commit ${i}`))
  expect(changes.map(({ collides }) => [...collides].sort())).toEqual([[], [0], [0, 1], [0], [0]])
  expect(changes.map(({ files }) => [...files].sort().join())).toEqual(['a,b', 'a', 'a', 'a', 'b,c'])
  expect(changes[0]!.body.trim()).toBe('Its words.')

  // All at once: the first and each of the others collide, and the second with the third.
  expect(replay(changes, { workers: 9, saying: 'nothing' })).toMatchObject({
    besides: 10,
    collisions: 5,
    kept: 0,
  })
  // With leases on files only what has no file in common is at work side by side.
  expect(replay(changes, { workers: 9, saying: 'files' })).toMatchObject({ collisions: 0, needless: 0 })
})
