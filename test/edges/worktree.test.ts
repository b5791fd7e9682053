import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { NO_LITTER, noteUntracked } from '../../action/litter.ts'
import { takeSnapshot } from '../../action/snapshot.ts'
import { openStore, type Store } from '../../action/store.ts'
import { openWorktree, type Worktree } from '../../action/worktree.ts'

const host = { path: process.env.PATH ?? '', proxy: {} }
let root: string
let store: Store
let start: string

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'chorus-worktree-'))
  const origin = join(root, 'origin')
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: origin })
      .toString()
      .trim()
  execFileSync('git', ['init', '-q', '-b', 'main', origin])
  writeFileSync(join(origin, 'a.txt'), 'one\n')
  writeFileSync(join(origin, '.gitignore'), 'ignored\n')
  git('add', '.')
  git('commit', '-q', '-m', 'base')
  start = git('rev-parse', 'HEAD')
  store = await openStore(join(root, 'store.git'), host)
  execFileSync('git', ['push', '-q', store.git.dir, 'HEAD:refs/heads/base'], { cwd: origin })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function open(more: { fast?: string[] } = {}): Promise<Worktree> {
  const place = { store, root: join(root, 'attempt'), start, branch: 'agent/codex/bd-k3f9', agent: 'codex' }
  return openWorktree({ ...place, fast: more.fast ?? [] })
}
const limits = { files: 10, bytes: 10_000, litter: NO_LITTER }
const inside = (worktree: Worktree, ...args: string[]) =>
  execFileSync('git', args, { cwd: worktree.dir, stdio: ['ignore', 'pipe', 'pipe'] })
    .toString()
    .trim()

test('the agent finds the base on its branch, clean, and may commit', async () => {
  await using worktree = await open()
  expect(inside(worktree, 'status', '--porcelain', '--branch')).toBe('## agent/codex/bd-k3f9')
  expect(inside(worktree, 'rev-parse', 'HEAD')).toBe(start)
  writeFileSync(join(worktree.dir, 'b.txt'), 'two\n')
  inside(worktree, 'add', '.')
  inside(worktree, 'commit', '-q', '-m', 'feat: two')
  expect(existsSync(join(store.git.dir, 'refs/heads/agent'))).toBe(false)
})

test('nothing changed is said, whatever the agent did to its own repository', async () => {
  await using worktree = await open()
  inside(worktree, 'checkout', '-q', '--orphan', 'other')
  expect((await takeSnapshot(worktree, limits)).is).toBe('unchanged')
})

const wreck = (dir: string, names: readonly string[], text: string) => {
  for (const name of names) writeFileSync(join(dir, name), text)
}
test.each<[string, (git: string) => void]>([
  ['deleted', git => rmSync(git, { recursive: true })],
  ['without objects', git => rmSync(join(git, 'objects'), { recursive: true })],
  ['with a broken index and HEAD', git => wreck(git, ['index', 'HEAD'], 'x')],
  ['locked for ever', git => wreck(git, ['index.lock', 'HEAD.lock'], '')],
])('A15: what the agent did is there, though its own repository is %s', async (_, harm) => {
  await using worktree = await open()
  writeFileSync(join(worktree.dir, 'b.txt'), 'two\n')
  harm(join(worktree.dir, '.git'))
  const shot = await takeSnapshot(worktree, limits)
  if (shot.is !== 'changed') throw new Error(JSON.stringify(shot))
  expect(await shot.git.text(['diff-tree', '-r', '--name-status', start, shot.tree])).toBe('A\tb.txt')
})

test('A15: where the agent deleted all of its worktree, that is what is said', async () => {
  await using worktree = await open()
  rmSync(worktree.dir, { recursive: true })
  expect(await takeSnapshot(worktree, limits)).toEqual({
    is: 'unfit',
    why: 'the folder that the agent worked in is gone',
  })
})

test('a change that keeps size and second is seen, by us and by the agent’s own git', async () => {
  const second = () => Math.floor(Date.now() / 1000)
  const moment = () => new Promise(resolve => setTimeout(resolve, 5))
  // Early in a second, so that the edit falls into the one of the checkout; and then a look from a later one.
  while (Date.now() % 1000 > 100) await moment()
  await using worktree = await open()
  writeFileSync(join(worktree.dir, 'a.txt'), 'eno\n')
  const edited = second()
  while (second() === edited) await moment()

  expect((await takeSnapshot(worktree, limits)).is).toBe('changed')
  expect(inside(worktree, 'status', '--porcelain')).toBe('M a.txt')
})

test('new, changed and deleted files make one tree; ignored files and litter do not', async () => {
  await using worktree = await open()
  writeFileSync(join(worktree.dir, 'new #1 [x].txt'), 'litter\n')
  const litter = await noteUntracked(worktree)
  writeFileSync(join(worktree.dir, 'b.txt'), 'two\n')
  writeFileSync(join(worktree.dir, 'ignored'), 'x')
  rmSync(join(worktree.dir, 'a.txt'))
  const shot = await takeSnapshot(worktree, { ...limits, litter })
  if (shot.is !== 'changed') throw new Error(shot.is)
  expect((await shot.git.text(['ls-tree', '-r', '--name-only', shot.tree])).split('\n')).toEqual([
    '.gitignore',
    'b.txt',
  ])
})

test('a repository of its own that an agent prepared runs nothing when its files are read', async () => {
  await using worktree = await open()
  const trap = join(root, 'sprung')
  const evil = join(worktree.dir, '.git/evil.sh')
  writeFileSync(evil, `#!/bin/sh\ntouch ${trap}\ncat\n`, { mode: 0o755 })
  inside(worktree, 'config', 'core.fsmonitor', evil)
  inside(worktree, 'config', 'core.hooksPath', join(worktree.dir, '.git'))
  inside(worktree, 'config', 'filter.x.clean', evil)
  rmSync(trap, { force: true })
  writeFileSync(join(worktree.dir, '.gitattributes'), '* filter=x\n')
  writeFileSync(join(worktree.dir, 'b.txt'), 'two\n')
  expect((await takeSnapshot(worktree, limits)).is).toBe('changed')
  expect(existsSync(trap)).toBe(false)
})

test('what is too large is not read', async () => {
  await using worktree = await open()
  writeFileSync(join(worktree.dir, 'b.bin'), Buffer.alloc(20_000))
  expect(await takeSnapshot(worktree, limits)).toEqual({ is: 'too-large', files: 1, bytes: 20_000 })
})

test('what could not be handed over is not read: a file whose name is no UTF-8', async () => {
  await using worktree = await open()
  execFileSync('sh', ['-ec', 'head -c 20000 /dev/zero > "$(printf \'\\377\')"'], { cwd: worktree.dir })
  expect(await takeSnapshot(worktree, limits)).toEqual({ is: 'not-its-own', path: '\uFFFD' })
})

test('a pipe with the name of a file with rules is not waited for', async () => {
  await using worktree = await open()
  const line = 'rm .gitignore; mkdir s; mkfifo .gitignore .gitattributes s/.gitignore; echo b > s/b'
  execFileSync('sh', ['-ec', line], { cwd: worktree.dir })
  const shot = await takeSnapshot(worktree, limits)
  if (shot.is !== 'changed') throw new Error(shot.is)
  expect((await shot.git.text(['ls-tree', '-r', '--name-only', shot.tree])).split('\n')).toEqual([
    'a.txt',
    's/b',
  ])
})

test.each([
  ['a repository without a commit', 'git init -q n', 'does not have a commit'],
  ['a name like that of a git directory', 'mkdir .GIT; echo b > .GIT/b', 'invalid path'],
  [
    'attributes that a file does not live up to',
    "echo '* working-tree-encoding=UTF-16' > .gitattributes",
    'BOM',
  ],
])('what git does not take is told, and breaks nothing: %s', async (_, line, why) => {
  await using worktree = await open()
  execFileSync('sh', ['-ec', line], { cwd: worktree.dir })
  expect(await takeSnapshot(worktree, limits)).toEqual({ is: 'unfit', why: expect.stringContaining(why) })
})

test('fast checks guard a commit of the agent', async () => {
  await using worktree = await open({ fast: ["test ! -e 'bad file'"] })
  writeFileSync(join(worktree.dir, 'bad file'), '')
  inside(worktree, 'add', '.')
  expect(() => inside(worktree, 'commit', '-q', '-m', 'feat: bad')).toThrow()
})

test('the worktree is gone afterwards, also after a failure', async () => {
  const fail = async () => {
    await using _worktree = await open()
    throw new Error('the agent blew up')
  }
  await expect(fail()).rejects.toThrow('blew up')
  expect(existsSync(join(root, 'attempt'))).toBe(false)
  expect(readFileSync(join(store.git.dir, 'HEAD'), 'utf8')).toContain('chorus')
})
