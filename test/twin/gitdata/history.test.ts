import { afterEach, beforeEach, expect, test } from 'vitest'
import { gitText } from '../../../twin/git.ts'
import type { Identity } from '../../../twin/gitdata/identity.ts'
import { mergeCommits } from '../../../twin/gitdata/merge.ts'
import { AT, commit, openSite, type Site } from './site.ts'

let site: Site
beforeEach(async () => {
  site = await openSite()
})
afterEach(() => site.close())

const who: Identity = { name: 'Merger', email: 'm@example.org', date: '2026-02-03T04:05:06Z' }

test('compare tells ahead, behind, diverged, identical, with files since the fork', async () => {
  const { bot } = site
  const status = async (basehead: string) =>
    (await bot.repos.compareCommitsWithBasehead({ ...AT, basehead })).data
  await commit(bot, { branch: 'side', from: 'main', files: { 'src/a.ts': 'one\n2\nthree\n' } })
  expect(await status('main...main')).toMatchObject({ status: 'identical', files: [] })
  expect(await status('main...side')).toMatchObject({ status: 'ahead', ahead_by: 1, behind_by: 0 })
  expect(await status('side...main')).toMatchObject({ status: 'behind', behind_by: 1 })
  const fork = (await bot.repos.getCommit({ ...AT, ref: 'main' })).data.sha
  await commit(bot, { branch: 'main', files: { 'other.txt': 'o' } })
  const found = await status('main...side')
  expect(found).toMatchObject({
    status: 'diverged',
    ahead_by: 1,
    behind_by: 1,
    merge_base_commit: { sha: fork },
  })
  expect(found.files).toMatchObject([
    { filename: 'src/a.ts', status: 'modified', additions: 1, deletions: 1, changes: 2 },
  ])
  expect(found.files?.[0]?.patch).toBe('@@ -1,3 +1,3 @@\n one\n-two\n+2\n three')
})

test('renames, removals and binaries are told apart', async () => {
  const { bot } = site
  const body = 'a long enough text\nthat git sees\nas the same file\n'
  await commit(bot, { branch: 'main', files: { 'old.txt': body, 'gone.txt': 'g' } })
  const main = (await bot.repos.getCommit({ ...AT, ref: 'main' })).data
  const blob = await bot.git.createBlob({
    ...AT,
    content: Buffer.from([0, 1, 2]).toString('base64'),
    encoding: 'base64',
  })
  const entry = { mode: '100644' as const, type: 'blob' as const }
  const tree = await bot.git.createTree({
    ...AT,
    base_tree: main.sha,
    tree: [
      { path: 'old.txt', sha: null, ...entry },
      { path: 'new.txt', content: body, ...entry },
      { path: 'gone.txt', sha: null, ...entry },
      { path: 'z.bin', sha: blob.data.sha, ...entry },
    ],
  })
  const made = await bot.git.createCommit({ ...AT, message: 'm', tree: tree.data.sha, parents: [main.sha] })
  const files = (await bot.repos.getCommit({ ...AT, ref: made.data.sha })).data.files ?? []
  expect(files.map(each => [each.status, each.filename, each.previous_filename ?? null])).toEqual([
    ['removed', 'gone.txt', null],
    ['renamed', 'new.txt', 'old.txt'],
    ['added', 'z.bin', null],
  ])
  expect(files[2]).not.toHaveProperty('patch')
})

test('the list of commits follows branch, path and page', async () => {
  const { bot } = site
  for (const n of [1, 2, 3]) await commit(bot, { branch: 'main', files: { [`f${n}.txt`]: `${n}` } })
  const page = await bot.repos.listCommits({ ...AT, per_page: 2 })
  expect(page.data.map(each => each.commit.message)).toEqual(['change f3.txt', 'change f2.txt'])
  expect(page.headers.link).toContain('rel="next"')
  const one = await bot.repos.listCommits({ ...AT, sha: 'main', path: 'f1.txt' })
  expect(one.data.map(each => each.commit.message)).toEqual(['change f1.txt'])
  await expect(bot.repos.listCommits({ ...AT, sha: 'nowhere' })).rejects.toMatchObject({ status: 404 })
})

test('merging branches: 201, 204 when there is nothing to do, 404, 409 on conflict', async () => {
  const { bot, repo } = site
  await commit(bot, { branch: 'side', from: 'main', files: { 'b.txt': 'b' } })
  await commit(bot, { branch: 'clash', from: 'main', files: { 'src/a.ts': 'one\nCLASH\nthree\n' } })
  await commit(bot, { branch: 'main', files: { 'src/a.ts': 'one\nMAIN\nthree\n' } })
  const merged = await bot.repos.merge({ ...AT, base: 'main', head: 'side' })
  expect(merged.status).toBe(201)
  expect(merged.data.parents).toHaveLength(2)
  expect((await bot.repos.merge({ ...AT, base: 'main', head: 'side' })).status).toBe(204)
  const clash = bot.repos.merge({ ...AT, base: 'main', head: 'clash' })
  await expect(clash).rejects.toMatchObject({
    status: 409,
    response: { data: { message: 'Merge conflict' } },
  })
  await expect(bot.repos.merge({ ...AT, base: 'main', head: 'none' })).rejects.toMatchObject({ status: 404 })
  expect(await gitText(repo, ['show', 'main:b.txt'])).toBe('b')
  expect(await gitText(repo, ['rev-parse', 'main'])).toBe(merged.data.sha)
})

test('merge, squash and rebase give two parents, one parent, and every commit again', async () => {
  const { bot, repo } = site
  await commit(bot, { branch: 'side', from: 'main', files: { 'b.txt': 'b' }, message: 'first' })
  const head = await commit(bot, { branch: 'side', files: { 'c.txt': 'c' }, message: 'second' })
  const base = await commit(bot, { branch: 'main', files: { 'd.txt': 'd' } })
  const made = async (method: 'merge' | 'squash' | 'rebase') => {
    const result = await mergeCommits(repo, { base, head, message: `by ${method}`, author: who, method })
    if ('conflict' in result) throw new Error('conflict')
    return result
  }
  const [merge, squash, rebase] = [await made('merge'), await made('squash'), await made('rebase')]
  expect(new Set([merge.tree, squash.tree, rebase.tree]).size).toBe(1)
  expect(await gitText(repo, ['log', '-1', '--format=%P|%an|%s', merge.sha])).toBe(
    `${base} ${head}|Merger|by merge`,
  )
  expect(await gitText(repo, ['log', '-1', '--format=%P', squash.sha])).toBe(base)
  expect(await gitText(repo, ['log', '--format=%an %cn %s', `${base}..${rebase.sha}`])).toBe(
    'helper[bot] Merger second\nhelper[bot] Merger first',
  )
})

test('a conflict names the files, in a rebase too', async () => {
  const { bot, repo } = site
  await commit(bot, { branch: 'side', from: 'main', files: { 'ok.txt': 'ok' } })
  const head = await commit(bot, { branch: 'side', files: { 'src/a.ts': 'SIDE\n', 'README.md': 'SIDE\n' } })
  const base = await commit(bot, { branch: 'main', files: { 'src/a.ts': 'MAIN\n', 'README.md': 'MAIN\n' } })
  for (const method of ['merge', 'squash', 'rebase'] as const) {
    const result = await mergeCommits(repo, { base, head, message: 'm', author: who, method })
    expect(result, method).toEqual({ conflict: ['README.md', 'src/a.ts'] })
  }
})

test('a commit knows the pull requests that bring it', async () => {
  const { bot } = site
  const head = await commit(bot, { branch: 'side', from: 'main', files: { 'b.txt': 'b' } })
  const pull = (await bot.pulls.create({ ...AT, title: 'p', head: 'side', base: 'main' })).data
  const of = async (ref: string) =>
    (await bot.repos.listPullRequestsAssociatedWithCommit({ ...AT, commit_sha: ref })).data.map(
      each => each.number,
    )
  expect(await of(head)).toEqual([pull.number])
  expect(await of('main')).toEqual([])
})

test('a change can be had as plain text, a commit as an archive', async () => {
  const { bot } = site
  const head = await commit(bot, { branch: 'side', from: 'main', files: { 'b.txt': 'b\n' } })
  const mediaType = { format: 'diff' }
  const diff = await bot.repos.compareCommitsWithBasehead({ ...AT, basehead: 'main...side', mediaType })
  expect(String(diff.data)).toContain('+++ b/b.txt')
  const one = await bot.repos.getCommit({ ...AT, ref: 'side', mediaType })
  expect(String(one.data)).toContain('diff --git a/b.txt b/b.txt')
  const archive = await bot.repos.downloadTarballArchive({ ...AT, ref: 'side' })
  const bytes = Buffer.from(archive.data as ArrayBuffer)
  expect(bytes.subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]))
  expect(archive.headers['content-disposition']).toContain(head.slice(0, 7))
})
