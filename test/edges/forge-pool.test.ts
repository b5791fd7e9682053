import { afterEach, expect, test } from 'vitest'
import { emptyControls } from '../../core/ledger.ts'
import { POOLS } from '../../core/names.ts'
import type { Book } from '../../core/schedule/pool.ts'
import { homeOf } from '../../forge/home.ts'
import { LAG } from '../../forge/observe/issues.ts'
import { observe } from '../../forge/observe.ts'
import { perform } from '../../forge/perform.ts'
import { commitFiles, createRepo } from '../../twin/seed.ts'
import { FILES, type ForgeStage, setForgeStage } from './forge-stage.ts'

let stage: ForgeStage

afterEach(() => stage.twin.close())

test('the books of a pool: who writes second plans anew, and what this app did not write is not believed', async () => {
  const config = 'default_agent: codex\npool: builders\n'
  stage = await setForgeStage({ files: { ...FILES, '.github/chorus.yml': config } })
  const { state } = stage.twin
  const poolNow = async (forge = stage.forge) => (await observe(forge)).pool
  const why = async () => {
    const pool = await poolNow()
    return pool?.is === 'closed' ? pool.why : pool
  }
  expect(await why()).toContain('the app cannot see ada/.github')

  const home = await createRepo(state, { owner: 'ada', name: '.github' })
  const say = (text: string) =>
    commitFiles(state, home, { branch: 'main', files: { '.github/chorus.yml': text }, message: 'Pools' })
  await say('pools: { others: { size: 1 } }\n')
  stage.forge.memory.home = null
  stage.forge.memory.look = null
  expect(await why()).toContain('has no pool of that name under `pools` (there are others)')
  await say('pools: { builders: { size: 3, weights: { demo: 2 } } }\n')
  expect(await poolNow()).toEqual({
    name: 'builders',
    is: 'open',
    size: 3,
    weight: 2,
    head: null,
    book: {},
    isOutdated: false,
  })

  const line = (wants: number): Book => ({ 7: { weight: 2, holds: ['bd-2rei/1'], wants, used: 0, at: 1 } })
  const share = (head: string | null, wants: number) =>
    ({ do: 'share', task: null, name: 'builders', head, book: line(wants), takes: [] }) as const
  const other = stage.another()
  await poolNow(other)
  expect(await perform(stage.forge, share(null, 1))).toMatchObject({ ok: true })
  expect(await perform(other, share(null, 2))).toMatchObject({ ok: false, fault: { is: 'stale' } })
  const first = await poolNow(other)
  expect(first).toMatchObject({ is: 'open', book: line(1) })
  const head = first?.is === 'open' ? first.head : null
  expect(await perform(other, share(head, 2))).toMatchObject({ ok: true })
  expect(await perform(stage.forge, share(head, 3))).toMatchObject({ ok: false, fault: { is: 'stale' } })
  expect(await poolNow()).toMatchObject({ is: 'open', book: line(2) })

  // Whoever may move refs there can put old books back: who knows newer ones goes by those, and writes them there.
  const { rest } = stage.as('ada')
  const at = { owner: 'ada', repo: '.github' }
  const put = (commit: string) =>
    rest.git.updateRef({ ...at, ref: `${POOLS}builders`.slice('refs/'.length), sha: commit, force: true })
  await put(head!)
  expect(await poolNow()).toMatchObject({ isOutdated: false, book: line(2) })
  const later = { ...stage.forge, now: () => Date.now() + 2 * LAG }
  expect(await poolNow(later)).toMatchObject({ isOutdated: true, head, book: line(2) })
  const before = stage.another()
  expect(await poolNow(before)).toMatchObject({ isOutdated: false, head, book: line(1) })
  expect(await perform(later, share(head, 2))).toMatchObject({ ok: true })
  before.memory.look = null
  expect(await poolNow(before)).toMatchObject({ isOutdated: false, book: line(2) })

  // But nobody else can write any.
  const forged = await rest.git.getCommit({ ...at, commit_sha: head! })
  const { data } = await rest.git.createCommit({
    ...at,
    message: forged.data.message.replace('"wants":1', '"wants":0'),
    tree: forged.data.tree.sha,
    parents: [],
  })
  await put(data.sha)
  expect(await why()).toContain('was not written by this app')
})

test('a pool that is called like something that every object has is none', async () => {
  const config = 'default_agent: codex\npool: constructor\n'
  stage = await setForgeStage({ files: { ...FILES, '.github/chorus.yml': config } })
  const { state } = stage.twin
  const home = await createRepo(state, { owner: 'ada', name: '.github' })
  const files = { '.github/chorus.yml': 'pools: { builders: { size: 1 } }\n' }
  await commitFiles(state, home, { branch: 'main', files, message: 'Pools' })
  const { pool } = await observe(stage.forge)
  expect(pool).toMatchObject({ is: 'closed', why: expect.stringContaining('has no pool of that name') })
})

test('a stop said of all repositories holds while the one where it was said is out of sight for a moment, and not for ever', async () => {
  stage = await setForgeStage()
  const { state } = stage.twin
  const files = { 'README.md': '# ours\n' }
  const home = await createRepo(state, { owner: 'ada', name: '.github', files })
  let now = Date.now()
  stage.forge.now = () => now
  const ownerNow = async () => (await observe(stage.forge)).owner
  expect(await ownerNow()).toBeNull()
  const stopped = { by: { id: 1, login: 'ada' }, at: 1 }
  const controls = { ...emptyControls, stopped }
  const told = { head: null, controls, records: new Map(), events: [], usage: [], learnings: [] } as const
  expect(await perform(homeOf(stage.forge).forge, { do: 'record', ...told })).toMatchObject({ ok: true })
  expect(await ownerNow()).toMatchObject({ home: 'ada/.github', stopped })

  for (const [key, repo] of state.repos) if (repo === home) state.repos.delete(key)
  expect(await ownerNow()).toMatchObject({ stopped })
  now += 15 * 60_000
  expect(await ownerNow()).toMatchObject({ stopped })
  expect((await observe(stage.another())).owner).toBeNull()
  now += 15 * 60_000
  expect(await ownerNow()).toBeNull()
})

test.each([
  ['has no commit', 409, 'Git Repository is empty.'],
  ['the app may not read', 403, 'Resource not accessible by integration'],
])('a repository of the owner that %s is not asked about at each look', async (_what, status, message) => {
  stage = await setForgeStage()
  let now = Date.now()
  stage.forge.now = () => now
  let asked = 0
  stage.forge.octokit.hook.wrap('request', (request, options) => {
    if (options.repo !== '.github' || !options.url.includes('matching-refs')) return request(options)
    asked++
    throw Object.assign(new Error(message), {
      name: 'HttpError',
      status,
      response: { status, headers: {}, data: { message } },
    })
  })
  const look = async () => expect((await observe(stage.forge)).owner).toBeNull()
  await look()
  await look()
  expect(asked).toBe(1)
  now += 60_000
  await look()
  expect(asked).toBe(2)
})
