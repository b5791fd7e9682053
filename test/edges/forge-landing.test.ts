import { afterEach, expect, test } from 'vitest'
import type { Effect } from '../../core/effect.ts'
import { printBranch, printTaskId } from '../../core/names.ts'
import { seenOf } from '../../forge/observe/pulls.ts'
import { readUnjudged } from '../../forge/observe/unjudged.ts'
import { observe } from '../../forge/observe.ts'
import { perform } from '../../forge/perform.ts'
import { git } from '../../twin/git.ts'
import { commitFiles } from '../../twin/seed.ts'
import { type ForgeStage, setForgeStage } from './forge-stage.ts'

let stage: ForgeStage
afterEach(() => stage.twin.close())

const BRANCH = printBranch({ agent: 'codex', task: printTaskId(1) })

async function propose(branch: string, base: string): Promise<{ number: number; sha: string }> {
  const files = { [`${branch.replaceAll('/', '-')}.txt`]: 'x\n' }
  const sha = await commitFiles(stage.twin.state, stage.repo, { branch, files, message: branch })
  const { data } = await stage.as('bob').rest.pulls.create({ ...stage.at, head: branch, base, title: branch })
  return { number: data.number, sha }
}

const tipOf = async (ref: string) => (await git(stage.repo, ['rev-parse', ref])).stdout.toString().trim()

function landOf({ number, sha }: { number: number; sha: string }, base: string): Effect {
  const words = { title: 't', message: 'm', summary: 's' }
  const how = { verify: false, exact: true, check: null, method: 'squash' as const }
  return { do: 'land', task: null, pull: number, head: sha, base, into: 'main', ...how, ...words }
}

test('R10: what lands as another tree than the judged one is found out, and told until the ledger has it', async () => {
  stage = await setForgeStage()
  const base = await tipOf('main')
  const pull = await propose('one', 'main')
  // Somebody pushes between the verdict and the merge: what lands was never judged.
  await commitFiles(stage.twin.state, stage.repo, {
    branch: 'main',
    files: { 'two.txt': '2\n' },
    message: 'two',
  })
  await stage.twin.quiet(20_000)
  expect(await perform(stage.forge, landOf(pull, base))).toMatchObject({ ok: true })
  expect((await observe(stage.forge)).foreign).toMatchObject({ pull: pull.number, sha: await tipOf('main') })
})

test.each([
  ['a person while the base moved', 'bob', true, 'bob'],
  ['a person, up to date', 'bob', false, null],
  ['the app, while it is up to date', 'app', false, null],
  ['the app, where nobody lived to compare', 'app', true, 'chorus[bot]'],
])(
  'R10: what lands as another tree by a person is known by who did it: %s',
  async (_, by, moves, unjudged) => {
    stage = await setForgeStage()
    const pull = await propose('one', 'main')
    const base = await tipOf('main')
    if (moves) {
      const change = { branch: 'main', files: { 'two.txt': '2\n' }, message: 'two' }
      await commitFiles(stage.twin.state, stage.repo, change)
    }
    const asked = { ...stage.at, pull_number: pull.number }
    await (by === 'app' ? perform(stage.forge, landOf(pull, base)) : stage.as(by).rest.pulls.merge(asked))
    const { data } = await stage.as('bob').rest.pulls.get(asked)
    expect((await readUnjudged(stage.forge, seenOf(data)))?.login ?? null).toBe(unjudged)
  },
)

test('R10: who lands a combination that has it lands it as it was judged', async () => {
  stage = await setForgeStage()
  const { rest } = stage.as('bob')
  const { number } = await propose('one', 'main')
  const two = await propose('two', 'main')
  await rest.repos.merge({ ...stage.at, base: 'two', head: 'one' })
  await rest.pulls.merge({ ...stage.at, pull_number: two.number, merge_method: 'merge' })
  await stage.twin.quiet(20_000)
  const { data } = await rest.pulls.get({ ...stage.at, pull_number: number })
  expect(data).toMatchObject({ merged: true, merged_by: { login: 'bob' } })
  expect(await readUnjudged(stage.forge, seenOf(data))).toBeNull()
})

test('the same tree is none of that', async () => {
  stage = await setForgeStage()
  const pull = await propose('one', 'main')
  await stage.twin.quiet(20_000)
  expect(await perform(stage.forge, landOf(pull, await tipOf('main')))).toMatchObject({ ok: true })
  expect((await observe(stage.forge)).foreign).toBeNull()
})

test('S1, 145, 146: who builds on a branch that goes is sent to where it landed, and stays open', async () => {
  stage = await setForgeStage()
  const parent = await propose(BRANCH, 'main')
  await commitFiles(stage.twin.state, stage.repo, {
    branch: 'child',
    files: { 'c.txt': 'c\n' },
    message: 'c',
  })
  const { data: child } = await stage
    .as('bob')
    .rest.pulls.create({ ...stage.at, head: 'child', base: BRANCH, title: 'child' })
  await stage.twin.quiet(20_000)
  const drop: Effect = {
    do: 'drop-branch',
    task: printTaskId(1),
    branch: BRANCH,
    sha: parent.sha,
    into: 'main',
  }
  expect(await perform(stage.forge, drop)).toMatchObject({ ok: true })
  // First there, then the branch: without its base GitHub would close it.
  const writes = stage.twin.requests.filter(
    one => one.actor.startsWith('installation') && one.method !== 'GET',
  )
  expect(writes.map(({ method, path }) => `${method} ${path.split('/').at(-2)}`)).toEqual([
    'PATCH pulls',
    'POST api',
  ])
  const { data: now } = await stage.as('bob').rest.pulls.get({ ...stage.at, pull_number: child.number })
  expect([now.state, now.base.ref]).toEqual(['open', 'main'])
  const left = await git(stage.repo, ['for-each-ref', '--format=%(refname)', `refs/heads/${BRANCH}`])
  expect(left.stdout.toString()).toBe('')
})

test('146: a branch that somebody moved stays', async () => {
  stage = await setForgeStage()
  const parent = await propose(BRANCH, 'main')
  const { repo, twin } = stage
  const moved = await commitFiles(twin.state, repo, {
    branch: BRANCH,
    files: { 'm.txt': 'm\n' },
    message: 'm',
  })
  const drop: Effect = { do: 'drop-branch', task: printTaskId(1), branch: BRANCH, sha: parent.sha }
  expect(await perform(stage.forge, drop)).toMatchObject({ ok: false, fault: { is: 'stale' } })
  expect(await tipOf(BRANCH)).toBe(moved)
})

test('Q1, P9: what is clean is merged at once, by the app itself, so that what comes to main starts its CI', async () => {
  const ci = 'name: ci\non: push\njobs: { test: { runs-on: ubuntu-latest, steps: [{ run: "true" }] } }\n'
  stage = await setForgeStage({ files: { 'a.txt': 'a\n', '.github/workflows/ci.yml': ci } })
  const pull = await propose('one', 'main')
  await stage.twin.quiet(20_000)
  expect(await perform(stage.forge, landOf(pull, await tipOf('main')))).toMatchObject({ ok: true })
  await stage.twin.quiet(20_000)
  const sent = stage.twin.requests.filter(one => one.actor.startsWith('installation') && one.method !== 'GET')
  expect(sent.map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)).toEqual([
    'POST check-runs',
    'PUT merge',
  ])
  const sha = await tipOf('main')
  const runs = [...stage.repo.actions.runs.values()].filter(run => run.head_sha === sha)
  expect(runs.map(run => run.event)).toEqual(['push'])
})
