import { afterEach, beforeEach, expect, test } from 'vitest'
import { git } from '../../../twin/git.ts'
import { updateRefs } from '../../../twin/gitdata/refs.ts'
import { AT, commit, openSite, type Site } from './site.ts'

let site: Site
beforeEach(async () => {
  site = await openSite()
})
afterEach(() => site.close())

async function main(): Promise<string> {
  return (await site.bot.git.getRef({ ...AT, ref: 'heads/main' })).data.object.sha
}

async function refused(work: Promise<unknown>): Promise<{ status: number; message: string }> {
  try {
    await work
  } catch (error) {
    const { status, response } = error as { status: number; response?: { data: { message: string } } }
    return { status, message: response?.data.message ?? String(error) }
  }
  throw new Error('was not refused')
}

test('of twelve who create the same ref at once one wins and eleven hear that it exists', async () => {
  const sha = await main()
  const tries = Array.from({ length: 12 }, () =>
    site.bot.git.createRef({ ...AT, ref: 'refs/locks/one', sha }).then(
      () => 201,
      error => `${error.status} ${error.response.data.message}`,
    ),
  )
  const answers = await Promise.all(tries)
  expect(answers.filter(each => each === 201)).toHaveLength(1)
  expect(answers.filter(each => each === '422 Reference already exists')).toHaveLength(11)
})

test('a ref moves forward freely and backward only by force', async () => {
  const first = await main()
  const second = await commit(site.bot, { branch: 'main', files: { 'a.txt': 'a' } })
  expect(await main()).toBe(second)
  const back = site.bot.git.updateRef({ ...AT, ref: 'heads/main', sha: first })
  expect(await refused(back)).toEqual({ status: 422, message: 'Update is not a fast forward' })
  await site.bot.git.updateRef({ ...AT, ref: 'heads/main', sha: first, force: true })
  expect(await main()).toBe(first)
  const push = site.happened.filter(each => each.event === 'push').at(-1)
  expect(push?.payload).toMatchObject({ before: second, after: first, forced: true })
})

test('what is missing is named: object, ref, name', async () => {
  const sha = await main()
  const ghost = 'a'.repeat(40)
  expect(await refused(site.bot.git.createRef({ ...AT, ref: 'refs/heads/x', sha: ghost }))).toEqual({
    status: 422,
    message: 'Object does not exist',
  })
  expect(await refused(site.bot.git.updateRef({ ...AT, ref: 'heads/none', sha }))).toEqual({
    status: 422,
    message: 'Reference does not exist',
  })
  expect(await refused(site.bot.git.deleteRef({ ...AT, ref: 'heads/none' }))).toEqual({
    status: 422,
    message: 'Reference does not exist',
  })
  for (const ref of [
    'refs/heads/a..b',
    'refs/heads/x.lock',
    'refs/heads/ x',
    'refs/one',
    'heads/x',
    'refs/heads/@{1}',
  ]) {
    expect((await refused(site.bot.git.createRef({ ...AT, ref, sha }))).status, ref).toBe(422)
  }
  expect((await refused(site.bot.git.createRef({ ...AT, ref: 'refs/pull/9/head', sha }))).status).toBe(422)
})

test('branches announce what happened; other namespaces are silent', async () => {
  const sha = await main()
  await site.bot.git.createRef({ ...AT, ref: 'refs/quiet/x', sha })
  await site.bot.git.deleteRef({ ...AT, ref: 'quiet/x' })
  expect(site.happened.filter(each => ['push', 'create', 'delete'].includes(each.event))).toEqual([])
  const tip = await commit(site.bot, {
    branch: 'topic',
    from: 'main',
    files: { 'src/a.ts': 'new\n', 'b.txt': 'b' },
  })
  await site.bot.git.deleteRef({ ...AT, ref: 'heads/topic' })
  const events = site.happened.filter(each => ['push', 'create', 'delete'].includes(each.event))
  expect(events.map(each => each.event)).toEqual(['push', 'create', 'push', 'delete'])
  expect(events[0]?.payload).toMatchObject({
    ref: 'refs/heads/topic',
    before: '0'.repeat(40),
    after: tip,
    created: true,
    commits: [{ id: tip, added: ['b.txt'], modified: ['src/a.ts'], removed: [] }],
    head_commit: { id: tip },
    pusher: { name: 'helper[bot]' },
  })
  expect(events[2]?.payload).toMatchObject({ deleted: true, commits: [], head_commit: null })
})

test('matching-refs finds every name with the prefix, page by page', async () => {
  const sha = await main()
  for (const name of ['w/a', 'w/ab', 'w/b', 'wx'])
    await site.bot.git.createRef({ ...AT, ref: `refs/keep/${name}`, sha })
  const names = async (ref: string) =>
    (await site.bot.paginate(site.bot.git.listMatchingRefs, { ...AT, ref, per_page: 2 })).map(
      each => each.ref,
    )
  expect(await names('keep/w/a')).toEqual(['refs/keep/w/a', 'refs/keep/w/ab'])
  expect(await names('keep/w')).toHaveLength(4)
  expect(await names('nothing/')).toEqual([])
})

test('several refs move together or not at all', async () => {
  const { state } = site.twin
  const sha = await main()
  const by = { is: 'user' as const, account: site.repo.owner }
  const both = [
    { ref: 'refs/x/one', before: null, after: sha, force: false },
    { ref: 'refs/heads/main', before: 'b'.repeat(40), after: sha, force: false },
  ]
  await expect(updateRefs(state, site.repo, both, by)).rejects.toMatchObject({
    kind: 'stale',
    ref: 'refs/heads/main',
  })
  const listed = await git(site.repo, ['for-each-ref', '--format=%(refname)'])
  expect(listed.stdout.toString().trim()).toBe('refs/heads/main')
})

test('an app without the workflows permission cannot bring in workflow files', async () => {
  const path = '.github/workflows/ci.yml'
  const work = commit(site.bot, { branch: 'wf', from: 'main', files: { [path]: 'on: push\n' } })
  expect(await refused(work)).toEqual({
    status: 403,
    message: `refusing to allow a GitHub App to create or update workflow \`${path}\` without \`workflows\` permission`,
  })
  // Once a person has put it on a branch, the app may branch off and build on it.
  await commit(site.owner, { branch: 'main', files: { [path]: 'on: push\n' } })
  await commit(site.bot, { branch: 'later', from: 'main', files: { 'c.txt': 'c' } })
})

test('bringing a branch up to date with workflow files is free, landing new ones is not', async () => {
  const path = '.github/workflows/ci.yml'
  await commit(site.bot, { branch: 'topic', from: 'main', files: { 'c.txt': 'c' } })
  await commit(site.owner, { branch: 'main', files: { [path]: 'on: push\n' } })
  expect((await site.bot.repos.merge({ ...AT, base: 'topic', head: 'main' })).status).toBe(201)
  await commit(site.owner, {
    branch: 'person',
    from: 'main',
    files: { [path]: 'on: [push, pull_request]\n' },
  })
  const pull = (await site.owner.pulls.create({ ...AT, title: 'ci', head: 'person', base: 'main' })).data
  await site.twin.quiet()
  const land = (client: Site['bot']) => client.pulls.merge({ ...AT, pull_number: pull.number })
  expect((await refused(land(site.bot))).message).toContain('without `workflows` permission')
  expect((await land(site.owner)).data.merged).toBe(true)
})

test('a workflow file that comes and goes within one push is seen', async () => {
  const path = '.github/workflows/evil.yml'
  const base = await main()
  const { tree } = (await site.bot.git.getCommit({ ...AT, commit_sha: base })).data
  const entry = { path, mode: '100644' as const, type: 'blob' as const, content: 'on: push\n' }
  const evil = await site.bot.git.createTree({ ...AT, base_tree: tree.sha, tree: [entry] })
  const first = await site.bot.git.createCommit({
    ...AT,
    message: 'in',
    tree: evil.data.sha,
    parents: [base],
  })
  const second = await site.bot.git.createCommit({
    ...AT,
    message: 'out',
    tree: tree.sha,
    parents: [first.data.sha],
  })
  const move = site.bot.git.updateRef({ ...AT, ref: 'heads/main', sha: second.data.sha })
  expect((await refused(move)).status).toBe(403)
  expect(await main()).toBe(base)
})

test('a name inside another name cannot be made', async () => {
  const sha = await main()
  expect((await refused(site.bot.git.createRef({ ...AT, ref: 'refs/heads/main/sub', sha }))).status).toBe(422)
})
