import { execFileSync } from 'node:child_process'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { gitText } from '../../../twin/git.ts'
import { treeLimit } from '../../../twin/gitdata/treeroutes.ts'
import { AT, commit, openSite, type Site } from './site.ts'

let site: Site
beforeEach(async () => {
  site = await openSite()
})
afterEach(async () => {
  treeLimit.entries = 100_000
  await site.close()
})

async function status(work: Promise<unknown>): Promise<number> {
  return work.then(
    () => 200,
    error => error.status,
  )
}

test('what REST writes is what git reads: modes, deletions, nested folders, binary content', async () => {
  const { bot, repo } = site
  const main = (await bot.git.getRef({ ...AT, ref: 'heads/main' })).data.object.sha
  const bytes = Buffer.from([0, 255, 10, 13, 0, 128])
  const blob = await bot.git.createBlob({ ...AT, content: bytes.toString('base64'), encoding: 'base64' })
  const tree = await bot.git.createTree({
    ...AT,
    base_tree: main,
    tree: [
      { path: 'bin/run', mode: '100755', type: 'blob', content: '#!/bin/sh\n' },
      { path: 'deep/er/still.bin', mode: '100644', type: 'blob', sha: blob.data.sha },
      { path: 'link', mode: '120000', type: 'blob', content: 'README.md' },
      { path: 'module', mode: '160000', type: 'commit', sha: 'c'.repeat(40) },
      { path: 'src/a.ts', mode: '100644', type: 'blob', sha: null },
      { path: 'deep.txt', mode: '100644', type: 'blob', content: 'sorts before deep/' },
    ],
  })
  const made = await bot.git.createCommit({
    ...AT,
    message: 'all kinds',
    tree: tree.data.sha,
    parents: [main],
  })
  await bot.git.createRef({ ...AT, ref: 'refs/heads/kinds', sha: made.data.sha })
  await gitText(repo, ['fsck', '--strict', '--no-dangling'])
  const listed = await gitText(repo, ['ls-tree', '-r', '--format=%(objectmode) %(path)', 'kinds'])
  expect(listed.split('\n')).toEqual([
    '100644 README.md',
    '100755 bin/run',
    '100644 deep.txt',
    '100644 deep/er/still.bin',
    '120000 link',
    '160000 module',
  ])
  const read = await bot.git.getBlob({ ...AT, file_sha: blob.data.sha })
  expect(Buffer.from(read.data.content ?? '', 'base64')).toEqual(bytes)
})

test('a commit is verified only when an app commits in its own name', async () => {
  const { bot, owner } = site
  const main = (await bot.git.getRef({ ...AT, ref: 'heads/main' })).data.object.sha
  const { tree } = (await bot.git.getCommit({ ...AT, commit_sha: main })).data
  const wish = { ...AT, message: 'm', tree: tree.sha, parents: [main] }
  const own = (await bot.git.createCommit(wish)).data
  expect(own.verification).toMatchObject({ verified: true, reason: 'valid' })
  expect(own.author.name).toBe('helper[bot]')
  expect(own.author.email).toMatch(/^\d+\+helper\[bot\]@users\.noreply\./)
  const author = { name: 'Eve', email: 'eve@example.org', date: '2026-01-02T03:04:05Z' }
  const given = (await bot.git.createCommit({ ...wish, author })).data
  expect(given.verification).toMatchObject({ verified: false, reason: 'unsigned' })
  expect(given.author).toEqual(author)
  const person = (await owner.git.createCommit(wish)).data
  expect(person.verification.verified).toBe(false)
  const shown = await bot.repos.getCommit({ ...AT, ref: own.sha })
  expect(shown.data.commit.verification?.verified).toBe(true)
  expect(shown.data.author?.login).toBe('helper[bot]')
})

test('trees refuse what git could not hold', async () => {
  const { bot } = site
  const main = (await bot.git.getRef({ ...AT, ref: 'heads/main' })).data.object.sha
  const entry = { mode: '100644' as const, type: 'blob' as const }
  const bad = [
    { path: '../x', content: 'x', ...entry },
    { path: '/x', content: 'x', ...entry },
    { path: '.git/config', content: 'x', ...entry },
    { path: 'nothing/here', sha: null, ...entry },
    { path: 'x', sha: 'd'.repeat(40), ...entry },
    { path: 'x', sha: main, content: 'both', ...entry },
  ]
  for (const one of bad) {
    expect(
      await status(bot.git.createTree({ ...AT, base_tree: main, tree: [one] })),
      JSON.stringify(one),
    ).toBe(422)
  }
})

test('a tree longer than the limit is cut and says so', async () => {
  const { bot } = site
  await commit(bot, { branch: 'main', files: { 'x/1': '1', 'x/2': '2', 'x/3': '3' } })
  const whole = await bot.git.getTree({ ...AT, tree_sha: 'main', recursive: '1' })
  expect(whole.data.truncated).toBe(false)
  expect(whole.data.tree.map(each => each.path)).toEqual([
    'README.md',
    'src',
    'src/a.ts',
    'x',
    'x/1',
    'x/2',
    'x/3',
  ])
  treeLimit.entries = 4
  const cut = await bot.git.getTree({ ...AT, tree_sha: 'main', recursive: '1' })
  expect(cut.data.truncated).toBe(true)
  expect(cut.data.tree).toHaveLength(4)
  const flat = await bot.git.getTree({ ...AT, tree_sha: 'main' })
  expect(flat.data.tree.map(each => each.path)).toEqual(['README.md', 'src', 'x'])
})

test('contents: read as JSON, raw and listing; write with the blob as the key', async () => {
  const { bot } = site
  const file = await bot.repos.getContent({ ...AT, path: 'src/a.ts' })
  expect(file.data).toMatchObject({ type: 'file', encoding: 'base64', size: 14, path: 'src/a.ts' })
  const raw = await bot.repos.getContent({ ...AT, path: 'src/a.ts', mediaType: { format: 'raw' } })
  expect(raw.data).toBe('one\ntwo\nthree\n')
  const folder = await bot.repos.getContent({ ...AT, path: 'src' })
  expect(folder.data).toMatchObject([{ name: 'a.ts', type: 'file', path: 'src/a.ts' }])
  expect(await status(bot.repos.getContent({ ...AT, path: 'src/none.ts' }))).toBe(404)
  expect(await status(bot.repos.getContent({ ...AT, path: 'README.md', ref: 'nowhere' }))).toBe(404)
  const content = Buffer.from('fresh\n').toString('base64')
  const made = await bot.repos.createOrUpdateFileContents({ ...AT, path: 'n/w.txt', message: 'new', content })
  expect(made.status).toBe(201)
  expect(made.data.commit.verification?.verified).toBe(true)
  const again = { ...AT, path: 'n/w.txt', message: 'again', content: Buffer.from('2').toString('base64') }
  expect(await status(bot.repos.createOrUpdateFileContents(again))).toBe(422)
  expect(await status(bot.repos.createOrUpdateFileContents({ ...again, sha: 'e'.repeat(40) }))).toBe(409)
  const sha = made.data.content?.sha ?? ''
  expect((await bot.repos.createOrUpdateFileContents({ ...again, sha })).status).toBe(200)
  expect(await status(bot.repos.deleteFile({ ...AT, path: 'n/w.txt', message: 'del', sha }))).toBe(409)
  const now = (await bot.repos.getContent({ ...AT, path: 'n/w.txt' })).data as { sha: string }
  await bot.repos.deleteFile({ ...AT, path: 'n/w.txt', message: 'del', sha: now.sha })
  expect(await status(bot.repos.getContent({ ...AT, path: 'n' }))).toBe(404)
})

test('the reader survives odd names and large blobs', async () => {
  const { bot } = site
  const large = 'x'.repeat(3_000_000)
  const tip = await commit(bot, {
    branch: 'main',
    files: { 'large.txt': large, 'odd name\u00e9 .txt': 'odd' },
  })
  const raw = await bot.repos.getContent({ ...AT, path: 'large.txt', mediaType: { format: 'raw' } })
  expect(String(raw.data)).toHaveLength(3_000_000)
  const odd = await bot.repos.getContent({ ...AT, path: 'odd name\u00e9 .txt', mediaType: { format: 'raw' } })
  expect(odd.data).toBe('odd')
  expect(await status(bot.repos.getCommit({ ...AT, ref: 'main\nHEAD' }))).toBe(422)
  const many = await Promise.all(
    Array.from({ length: 40 }, () => bot.git.getCommit({ ...AT, commit_sha: tip })),
  )
  expect(new Set(many.map(each => each.data.sha))).toEqual(new Set([tip]))
})

test('a closed twin leaves no git process behind', async () => {
  const other = await openSite()
  const { data } = await other.bot.git.getRef({ ...AT, ref: 'heads/main' })
  await other.bot.git.createRef({ ...AT, ref: 'refs/heads/next', sha: data.object.sha })
  const residents = () =>
    execFileSync('ps', ['-o', 'args', '--ppid', String(process.pid)])
      .toString()
      .split('\n')
      .filter(line => line.includes(other.twin.state.dir)).length
  // One reads objects, one moves refs.
  expect(residents()).toBe(2)
  await other.close()
  await expect.poll(residents).toBe(0)
})
