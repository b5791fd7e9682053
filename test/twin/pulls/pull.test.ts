import { afterAll, beforeAll, expect, test } from 'vitest'
import { git } from '../../../twin/git.ts'
import { readRef } from '../../../twin/gitdata/refs.ts'
import { commitFiles, createRepo } from '../../../twin/seed.ts'
import { refusal, type Stage, setStage } from '../stage.ts'
import { propose, push } from './change.ts'

let stage: Stage
beforeAll(async () => {
  stage = await setStage({ files: { 'a.txt': 'one\ntwo\nthree\n', 'README.md': '# demo\n' } })
})
afterAll(() => stage.twin.close())

const get = async (pull_number: number) =>
  (await stage.as('ada').rest.pulls.get({ ...stage.at, pull_number })).data

test('mergeable is null at first, then computed; the test merge is a ref', async () => {
  await push(stage, 'first', { 'first.txt': 'x\n' })
  const { data } = await stage
    .as('ada')
    .rest.pulls.create({ ...stage.at, head: 'first', base: 'main', title: 'First' })
  expect(data).toMatchObject({
    mergeable: null,
    mergeable_state: 'unknown',
    commits: 1,
    changed_files: 1,
    additions: 1,
  })
  await stage.twin.quiet()
  expect(await get(data.number)).toMatchObject({ mergeable: true, mergeable_state: 'clean' })
  expect(await readRef(stage.repo, `refs/pull/${data.number}/head`)).toBe(data.head.sha)
  expect(await readRef(stage.repo, `refs/pull/${data.number}/merge`)).toMatch(/^[0-9a-f]{40}$/)
  const issue = await stage.as('ada').rest.issues.get({ ...stage.at, issue_number: data.number })
  expect(issue.data.pull_request).toBeDefined()
})

test('creation is refused for what is open already, for nothing new, for what is missing', async () => {
  await propose(stage, 'twice')
  const ada = stage.as('ada')
  const create = (head: string, base = 'main') =>
    refusal(ada.rest.pulls.create({ ...stage.at, head, base, title: 'x' }))
  expect(await create('twice')).toMatchObject({
    status: 422,
    message: expect.stringContaining('A pull request already exists for ada:twice.'),
  })
  expect((await create('main')).message).toContain('No commits between ada:main and ada:main')
  expect((await create('no-such')).message).toContain('"field":"head"')
  expect((await create('twice', 'no-such')).message).toContain('"field":"base"')
})

test('two creators at once: one pull request', async () => {
  await push(stage, 'race', { 'race.txt': 'x\n' })
  const create = () =>
    stage.as('ada').rest.pulls.create({ ...stage.at, head: 'race', base: 'main', title: 'race' })
  const outcomes = await Promise.allSettled([create(), create(), create()])
  expect(outcomes.filter(each => each.status === 'fulfilled')).toHaveLength(1)
  const { data } = await stage.as('ada').rest.pulls.list({ ...stage.at, head: 'ada:race' })
  expect(data).toHaveLength(1)
})

test('a push to head synchronizes, and mergeability is in doubt again', async () => {
  const { number } = await propose(stage, 'moving')
  stage.news()
  const sha = await push(stage, 'moving', { 'more.txt': 'more\n' })
  expect(stage.repo.pulls.get(number)).toMatchObject({ head: { sha }, mergeable: null })
  await stage.twin.quiet()
  expect(stage.news()).toEqual(['push', 'pull_request.synchronize'])
  expect(await get(number)).toMatchObject({ mergeable: true, commits: 2, changed_files: 2 })
})

test('a conflict makes it dirty, without a test merge', async () => {
  await push(stage, 'conflict', { 'a.txt': 'one\nTWO\nthree\n' })
  const { data } = await stage
    .as('ada')
    .rest.pulls.create({ ...stage.at, head: 'conflict', base: 'main', title: 'c' })
  await push(stage, 'main', { 'a.txt': 'one\nzwei\nthree\n' })
  expect(await get(data.number)).toMatchObject({ mergeable: null })
  await stage.twin.quiet()
  expect(await get(data.number)).toMatchObject({ mergeable: false, mergeable_state: 'dirty' })
  expect(await readRef(stage.repo, `refs/pull/${data.number}/merge`)).toBeNull()
  const merge = stage.as('ada').rest.pulls.merge({ ...stage.at, pull_number: data.number })
  expect(await refusal(merge)).toEqual({
    status: 405,
    message: expect.stringContaining('Pull Request is not mergeable'),
  })
})

test('files tell renames, commits tell the branch', async () => {
  await push(stage, 'rename', { 'README.md': null, 'READ.md': '# demo\n' })
  const { data } = await stage
    .as('ada')
    .rest.pulls.create({ ...stage.at, head: 'rename', base: 'main', title: 'r' })
  const pull = { ...stage.at, pull_number: data.number }
  expect((await stage.as('ada').rest.pulls.listFiles(pull)).data).toMatchObject([
    { filename: 'READ.md', previous_filename: 'README.md', status: 'renamed' },
  ])
  expect((await stage.as('ada').rest.pulls.listCommits(pull)).data).toHaveLength(1)
})

test('a branch that goes takes its pull request with it; a gone head is not reopened', async () => {
  const { number } = await propose(stage, 'gone')
  await stage.as('ada').rest.git.deleteRef({ ...stage.at, ref: 'heads/gone' })
  await stage.twin.quiet()
  expect(await get(number)).toMatchObject({ state: 'closed', merged: false })
  const reopen = stage.as('ada').rest.pulls.update({ ...stage.at, pull_number: number, state: 'open' })
  expect((await refusal(reopen)).status).toBe(422)
})

test('a push that brings head into base lands the pull request and closes what its commits name', async () => {
  const ada = stage.as('ada')
  const issue = (await ada.rest.issues.create({ ...stage.at, title: 'to close' })).data
  const { number, sha } = await propose(stage, 'by-hand', { body: `Closes #${issue.number}` })
  const merged = await ada.rest.repos.merge({ ...stage.at, base: 'main', head: 'by-hand' })
  await stage.twin.quiet()
  expect(merged.status).toBe(201)
  expect(await get(number)).toMatchObject({
    merged: true,
    state: 'closed',
    merged_by: { login: 'ada' },
    head: { sha },
  })
  expect((await ada.rest.issues.get({ ...stage.at, issue_number: issue.number })).data.state).toBe('closed')
})

test('keywords close only from the default branch', async () => {
  const ada = stage.as('ada')
  const issue = (await ada.rest.issues.create({ ...stage.at, title: 'stays open' })).data
  await push(stage, 'side', { 'side.txt': 'side\n' })
  const { number } = await propose(stage, 'onto-side', { body: `fixes #${issue.number}`, base: 'side' })
  await ada.rest.pulls.merge({ ...stage.at, pull_number: number })
  await stage.twin.quiet()
  expect((await ada.rest.issues.get({ ...stage.at, issue_number: issue.number })).data.state).toBe('open')
})

test('another base is an edit', async () => {
  const { number } = await propose(stage, 'rebased')
  await push(stage, 'other-base', { 'other.txt': 'x\n' })
  stage.news()
  await stage.as('ada').rest.pulls.update({ ...stage.at, pull_number: number, base: 'other-base' })
  expect(stage.news()).toEqual(['pull_request.edited'])
  await stage.twin.quiet()
  expect(await get(number)).toMatchObject({ base: { ref: 'other-base' }, mergeable: true })
})

test('a stranger proposes from their own repository, never from a branch of this one', async () => {
  const { state } = stage.twin
  const fork = await createRepo(state, { owner: 'eve', name: 'demo', files: {} })
  await git(fork, ['fetch', '--quiet', stage.repo.gitDir, 'refs/heads/main:refs/heads/main'])
  await commitFiles(state, fork, {
    branch: 'patch',
    files: { 'eve.txt': 'hi\n' },
    message: 'hi',
    login: 'eve',
  })
  await push(stage, 'inside', { 'inside.txt': 'x\n' })
  const create = (head: string) =>
    stage.as('eve').rest.pulls.create({ ...stage.at, head, base: 'main', title: 'from eve' })
  expect((await refusal(create('inside'))).status).toBe(422)
  const { data } = await create('eve:patch')
  expect(data).toMatchObject({
    head: { label: 'eve:patch', repo: { full_name: 'eve/demo' } },
    changed_files: 1,
  })
  const files = { 'eve.txt': 'hello\n', 'two.txt': 'x\n' }
  await commitFiles(state, fork, { branch: 'patch', files, message: 'more', login: 'eve' })
  await stage.twin.quiet()
  expect(await get(data.number)).toMatchObject({ commits: 2, changed_files: 2, mergeable: true })
  const merged = await stage.as('ada').rest.pulls.merge({ ...stage.at, pull_number: data.number })
  expect(merged.data.merged).toBe(true)
})
