import { afterEach, expect, test } from 'vitest'
import type { Effect } from '../../core/effect.ts'
import type { TrainFacts } from '../../core/landing/trainfacts.ts'
import { printPair } from '../../core/merge/snapshot.ts'
import { printTrainBranch } from '../../core/names.ts'
import type { Forge } from '../../forge/forge.ts'
import { readLayers } from '../../forge/observe/layers.ts'
import { observe } from '../../forge/observe.ts'
import { perform } from '../../forge/perform.ts'
import { createCheckRun, updateCheckRun } from '../../twin/checks/runs.ts'
import { git, gitText } from '../../twin/git.ts'
import { commitAt, writeCommit } from '../../twin/gitdata/commit.ts'
import { sign } from '../../twin/gitdata/signature.ts'
import { commitFiles, moveBranch, registerApp } from '../../twin/seed.ts'
import { type ForgeStage, setForgeStage } from './forge-stage.ts'

type Assemble = Extract<Effect, { do: 'assemble' }>

const BRANCH = printTrainBranch('0123456789abcdef')
let stage: ForgeStage
afterEach(() => stage.twin.close())

/** A branch from main with these files, as some task's. */
async function branchOff(name: string, files: Record<string, string>): Promise<string> {
  return commitFiles(stage.twin.state, stage.repo, { branch: name, files, message: name })
}

async function tipOf(ref: string): Promise<string> {
  const { stdout } = await git(stage.repo, ['rev-parse', ref])
  return stdout.toString().trim()
}

async function assembleOf(heads: readonly string[], near: readonly string[] = []): Promise<Assemble> {
  const members = heads.map((head, i) => ({
    head,
    pull: 100 + i,
    message: `chore: merge ${i}`,
    near: i === 0 ? [] : near,
  }))
  const text = { title: 'chore: land together', body: 'why' }
  return {
    do: 'assemble',
    task: null,
    branch: BRANCH,
    base: await tipOf('main'),
    onTip: true,
    into: 'main',
    members,
    ...text,
  }
}

function landOf({ pull, head }: TrainFacts, base: string): Effect {
  const how = { verify: true, exact: true, check: null, method: 'merge' as const }
  const words = { title: 'chore: land both', message: 'm', summary: 's' }
  return { do: 'land', task: null, pull: pull!, head, base, into: 'main', ...how, ...words }
}

async function onlyTrain(forge: Forge = stage.another()): Promise<TrainFacts | undefined> {
  return (await observe(forge)).trains[0]
}

test('R6: a train is built on the tip, and what is in it is read from its commits', async () => {
  stage = await setForgeStage()
  const heads = [await branchOff('one', { 'one.txt': '1\n' }), await branchOff('two', { 'two.txt': '2\n' })]
  const made = await perform(stage.forge, await assembleOf(heads))
  expect(made).toMatchObject({ ok: true })
  await stage.twin.quiet(20_000)
  const train = await onlyTrain()
  expect(train).toMatchObject({ branch: BRANCH, members: heads, refusal: null })
  expect(train?.pull).toBe([...stage.repo.pulls.values()].at(-1)?.number)
  // CI judges the whole, and nothing on the way to it.
  const merges = (await gitText(stage.repo, ['log', '--merges', '--format=%s', BRANCH])).split('\n')
  expect(merges.map(subject => subject.includes('[skip ci]'))).toEqual([false, true])
  // Done again it makes nothing new.
  expect(await perform(stage.another(), await assembleOf(heads))).toMatchObject({ ok: true })
  expect(await onlyTrain()).toMatchObject({ head: train!.head })
  expect(stage.repo.pulls.size).toBe(1)
})

test('O2: what another controller left half built is finished', async () => {
  stage = await setForgeStage()
  const heads = [await branchOff('one', { 'one.txt': '1\n' }), await branchOff('two', { 'two.txt': '2\n' })]
  const effect = await assembleOf(heads)
  await perform(stage.forge, { ...effect, members: effect.members.slice(0, 1) })
  expect(await perform(stage.another(), effect)).toMatchObject({ ok: true })
  expect(await onlyTrain()).toMatchObject({ members: heads })
  expect(stage.repo.pulls.size).toBe(1)
})

test.each([0, 60_000])(
  'O2: two controllers that build it in the same moment make one; lists lag by %i',
  async maxMs => {
    stage = await setForgeStage({ lag: { maxMs } })
    const heads = [await branchOff('one', { 'one.txt': '1\n' }), await branchOff('two', { 'two.txt': '2\n' })]
    const effect = await assembleOf(heads)
    const crew = [stage.another(), stage.another(), stage.another()]
    // Whoever came too late goes on with what is there at its next look.
    for (let looks = 0; looks < 3; looks++) {
      const came = await Promise.all(crew.map(forge => perform(forge, effect)))
      expect(came.filter(one => !one.ok && one.fault.is !== 'stale')).toEqual([])
    }
    const { stdout } = await git(stage.repo, ['rev-list', '--merges', '--count', BRANCH])
    expect([stdout.toString().trim(), stage.repo.pulls.size]).toEqual(['2', 1])
    // None of them lands one by one from now on, against the others.
    expect(crew.map(({ memory }) => [memory.collisions.size, memory.combinesAfter])).toEqual(
      crew.map(() => [0, 0]),
    )
  },
)

test('O2: who was held up until it has landed builds it on nothing that was', async () => {
  stage = await setForgeStage()
  const heads = [await branchOff('one', { 'one.txt': '1\n' }), await branchOff('two', { 'two.txt': '2\n' })]
  const effect = await assembleOf(heads)
  await perform(stage.forge, effect)
  await stage.twin.quiet(20_000)
  const train = (await onlyTrain())!
  expect(await perform(stage.forge, landOf(train, effect.base))).toMatchObject({ ok: true })
  await perform(stage.forge, { do: 'drop-branch', task: null, branch: BRANCH, sha: train.head })
  expect(await perform(stage.another(), effect)).toMatchObject({ ok: false, fault: { is: 'stale' } })
  await stage.twin.quiet(20_000)
  expect(await onlyTrain()).toBeUndefined()
  expect(stage.repo.pulls.size).toBe(1)
})

test('CI could begin when its pull request was opened, perhaps by who found the branch half an hour later', async () => {
  stage = await setForgeStage()
  const heads = [await branchOff('one', { 'one.txt': '1\n' }), await branchOff('two', { 'two.txt': '2\n' })]
  await perform(stage.forge, await assembleOf(heads))
  const { number } = [...stage.repo.pulls.values()].at(-1)!
  const later = '2099-01-01T00:00:00Z'
  stage.repo.issues.get(number)!.created_at = later
  expect((await onlyTrain())?.at).toBe(Date.parse(later))
})

test('71: those that collide are remembered, and nothing is left of the try', async () => {
  stage = await setForgeStage()
  const heads = [
    await branchOff('one', { 'one.txt': '1\n' }),
    await branchOff('two', { 'same.txt': '2\n' }),
    await branchOff('three', { 'same.txt': '3\n' }),
  ]
  const came = await perform(stage.forge, await assembleOf(heads, [heads[1]!]))
  expect(came).toMatchObject({
    ok: false,
    fault: { is: 'stale', why: expect.stringMatching(/#102 does not merge/) },
  })
  const world = await observe(stage.forge)
  expect(world.collisions).toEqual(new Set([printPair(heads[1]!, heads[2]!)]))
  expect(world.trains).toEqual([])
  expect(stage.repo.pulls.size).toBe(0)
})

test('S2: one that is part of another one ahead of it waits for that, and keeps nobody from combining', async () => {
  stage = await setForgeStage()
  const below = await branchOff('below', { 'below.txt': '1\n' })
  await git(stage.repo, ['branch', 'above', below])
  const above = await branchOff('above', { 'above.txt': '2\n' })
  // In their own order both are merged.
  expect(await perform(stage.forge, await assembleOf([below, above]))).toMatchObject({ ok: true })
  expect(await onlyTrain()).toMatchObject({ members: [below, above] })
  await git(stage.repo, ['update-ref', '-d', `refs/heads/${BRANCH}`])
  const came = await perform(stage.forge, await assembleOf([above, below]))
  expect(came).toMatchObject({
    ok: false,
    fault: { is: 'stale', why: expect.stringMatching(/#101 is part of/) },
  })
  const world = await observe(stage.forge)
  expect(world.collisions).toEqual(new Set([printPair(above, below)]))
  expect(world).toMatchObject({ trains: [], combines: true })
})

test('where GitHub does not let a branch be made, nothing is combined for an hour', async () => {
  stage = await setForgeStage()
  const heads = [await branchOff('one', { 'one.txt': '1\n' })]
  const effect = await assembleOf(heads)
  const match = { method: 'POST', route: '/git/refs' }
  stage.twin.faults.add({ kind: 'request', match, act: { do: 'answer', status: 422, when: 'before' } })
  expect((await observe(stage.forge)).combines).toBe(true)
  expect(await perform(stage.forge, effect)).toMatchObject({ ok: false })
  expect((await observe(stage.forge)).combines).toBe(false)
  const now = stage.forge.now()
  stage.forge.now = () => now + 61 * 60_000
  expect((await observe(stage.forge)).combines).toBe(true)
})

test('P8: where GitHub does not sign what we merge, nothing is left of the try, and none is made for an hour', async () => {
  stage = await setForgeStage()
  const heads = [await branchOff('one', { 'one.txt': '1\n' }), await branchOff('two', { 'two.txt': '2\n' })]
  stage.forge.octokit.hook.after('request', response => {
    const { commit } = (response.data ?? {}) as { commit?: { verification?: unknown } }
    if (commit?.verification !== undefined) commit.verification = { verified: false, reason: 'unsigned' }
  })
  expect(await perform(stage.forge, await assembleOf(heads))).toMatchObject({
    ok: false,
    fault: { is: 'denied', why: expect.stringMatching(/not signed/) },
  })
  expect(await observe(stage.forge)).toMatchObject({ combines: false, trains: [] })
  expect(stage.repo.pulls.size).toBe(0)
})

test('71: what another controller has given up meanwhile keeps nobody from combining', async () => {
  stage = await setForgeStage()
  const heads = [await branchOff('one', { 'one.txt': '1\n' }), await branchOff('two', { 'two.txt': '2\n' })]
  let merges = 0
  stage.forge.octokit.hook.before('request', async ({ url }) => {
    if (!url.endsWith('/merges')) return
    merges += 1
    if (merges === 2) await stage.as('ada').rest.git.deleteRef({ ...stage.at, ref: `heads/${BRANCH}` })
  })
  expect(await perform(stage.forge, await assembleOf(heads))).toMatchObject({
    ok: false,
    fault: { is: 'stale', why: expect.stringMatching(/is gone/) },
  })
  expect((await observe(stage.forge)).combines).toBe(true)
})

test('R9: a train that somebody pushed to, or whose base has moved, says nothing', async () => {
  stage = await setForgeStage()
  const heads = [await branchOff('one', { 'one.txt': '1\n' }), await branchOff('two', { 'two.txt': '2\n' })]
  await perform(stage.forge, await assembleOf(heads))
  await branchOff(BRANCH, { 'evil.txt': 'x\n' })
  expect(await onlyTrain()).toMatchObject({ members: null })
  const head = await tipOf(BRANCH)
  expect(
    await perform(stage.forge, { do: 'drop-branch', task: null, branch: BRANCH, sha: head }),
  ).toMatchObject({ ok: true })
  await perform(stage.forge, await assembleOf(heads))
  expect(await onlyTrain()).toMatchObject({ members: heads })
  await commitFiles(stage.twin.state, stage.repo, { branch: 'main', files: { 'm.txt': 'm\n' }, message: 'm' })
  expect(await onlyTrain()).toMatchObject({ members: null })
})

test.each([
  { committer: 'bob@example.org', verified: true },
  { committer: 'noreply@127.0.0.1', verified: false },
])(
  'a merge in our name by $committer, with the key of somebody who may push, is not ours',
  async ({ committer, verified }) => {
    stage = await setForgeStage()
    const heads = [await branchOff('one', { 'one.txt': '1\n' }), await branchOff('two', { 'two.txt': '2\n' })]
    await perform(stage.forge, await assembleOf(heads))
    const ours = await commitAt(stage.repo, BRANCH)
    expect(ours.committer.email).toBe('noreply@127.0.0.1')
    const { tree } = await commitAt(stage.repo, await branchOff('evil', { 'evil.txt': 'x\n' }))
    const { parents, author, message } = ours
    const draft = { tree, parents, author, message, committer: { ...ours.committer, email: committer } }
    const { payload } = await commitAt(stage.repo, await writeCommit(stage.repo, draft))
    const forged = await writeCommit(stage.repo, { ...draft, signature: sign(payload, 'bob@example.org') })
    await moveBranch(stage.twin.state, stage.repo, BRANCH, forged)
    const { data } = await stage.as('ada').rest.repos.getCommit({ ...stage.at, ref: forged })
    expect(data.author?.login).toBe(stage.forge.app.login)
    expect(data.commit.verification?.verified).toBe(verified)
    expect(await onlyTrain()).toMatchObject({ head: forged, members: null })
    // Nor is it a layer of ours on top of what somebody approved.
    expect(await readLayers(stage.another(), forged, new Set())).toEqual([forged])
    expect(await readLayers(stage.another(), ours.sha, new Set())).toHaveLength(3)
  },
)

test('a stranger’s pull request from the very head of a train gets no green gate', async () => {
  stage = await setForgeStage()
  const heads = [await branchOff('one', { 'one.txt': '1\n' }), await branchOff('two', { 'two.txt': '2\n' })]
  await perform(stage.forge, await assembleOf(heads))
  await stage.as('ada').rest.git.createRef({ ...stage.at, ref: 'refs/heads/mine', sha: await tipOf(BRANCH) })
  await stage.as('bob').rest.pulls.create({ ...stage.at, head: 'mine', base: 'main', title: 'mine' })
  expect((await observe(stage.another())).strangers).toEqual([])
})

test('R2: nothing lands on a base that has moved since, and no gate turns green for it', async () => {
  stage = await setForgeStage()
  const heads = [await branchOff('one', { 'one.txt': '1\n' }), await branchOff('two', { 'two.txt': '2\n' })]
  await perform(stage.forge, await assembleOf(heads))
  const train = (await onlyTrain())!
  const base = await tipOf('main')
  const moved = await commitFiles(stage.twin.state, stage.repo, {
    branch: 'main',
    files: { 'm.txt': 'm\n' },
    message: 'm',
  })
  expect(await perform(stage.forge, landOf(train, base))).toMatchObject({ ok: false, fault: { is: 'stale' } })
  expect(await tipOf('main')).toBe(moved)
  expect([...stage.repo.checkRuns.values()].filter(check => check.conclusion === 'success')).toEqual([])
})

test('a green left on it is seen until it is taken back; sent to another base, it has no pull request', async () => {
  stage = await setForgeStage()
  const heads = [await branchOff('one', { 'one.txt': '1\n' }), await branchOff('two', { 'two.txt': '2\n' })]
  await perform(stage.forge, await assembleOf(heads))
  const train = (await onlyTrain())!
  expect(train).toMatchObject({ gate: null, pull: expect.any(Number) })
  const text = { title: 't', summary: 's', key: 'k' }
  const gate = { do: 'gate', task: null, pull: train.pull!, head: train.head, check: null, ...text } as const
  await perform(stage.forge, { ...gate, conclusion: 'success' })
  expect(await onlyTrain()).toMatchObject({ gate: { conclusion: 'success' } })
  const { rest } = stage.as('bob')
  await rest.git.createRef({ ...stage.at, ref: 'refs/heads/release', sha: await tipOf('main') })
  await rest.pulls.update({ ...stage.at, pull_number: train.pull!, base: 'release' })
  expect(await onlyTrain()).toMatchObject({ gate: { conclusion: 'success' }, pull: null, members: heads })
  await perform(stage.forge, { ...gate, conclusion: null })
  expect(await onlyTrain()).toMatchObject({ gate: { conclusion: null } })
})

test('R5, R10: it lands by a merge commit whose tree is the tested one, and its members show as merged', async () => {
  stage = await setForgeStage()
  const heads = [await branchOff('one', { 'one.txt': '1\n' }), await branchOff('two', { 'two.txt': '2\n' })]
  const { rest } = stage.as('ada')
  const members = await Promise.all(
    ['one', 'two'].map(head => rest.pulls.create({ ...stage.at, head, base: 'main', title: head })),
  )
  await perform(stage.forge, await assembleOf(heads))
  await stage.twin.quiet(20_000)
  const train = (await onlyTrain())!
  const came = await perform(stage.forge, landOf(train, await tipOf('main')))
  expect(came).toMatchObject({ ok: true })
  await stage.twin.quiet(20_000)
  expect(await tipOf('main^{tree}')).toBe(await tipOf(`${train.head}^{tree}`))
  const states = members.map(({ data }) => stage.repo.pulls.get(data.number)?.merged)
  expect(states).toEqual([true, true])
  expect(await onlyTrain()).toMatchObject({ members: null, pull: null })
})

test('what CI says of a train by commit statuses alone is seen', async () => {
  stage = await setForgeStage()
  const heads = [await branchOff('one', { 'one.txt': '1\n' }), await branchOff('two', { 'two.txt': '2\n' })]
  await perform(stage.forge, await assembleOf(heads))
  await stage.twin.quiet(20_000)
  const forge = stage.another()
  const { head, checks } = (await onlyTrain(forge))!
  expect(checks).toEqual([])
  const said = { ...stage.at, sha: head, context: 'ci', state: 'failure' } as const
  await stage.as('ada').rest.repos.createCommitStatus(said)
  await stage.twin.quiet(20_000)
  expect((await onlyTrain(forge))?.checks).toMatchObject([
    { kind: 'status', name: 'ci', conclusion: 'failure' },
  ])
})

test('the end of a check of a train is seen at once, also when it is told before the answer or before lists show it', async () => {
  stage = await setForgeStage()
  const heads = [await branchOff('one', { 'one.txt': '1\n' }), await branchOff('two', { 'two.txt': '2\n' })]
  await perform(stage.forge, await assembleOf(heads))
  await stage.twin.quiet(20_000)
  const before = stage.another()
  const { head } = (await onlyTrain(before))!
  const by = { is: 'user', account: stage.repo.owner } as const
  const { id: appId } = registerApp(stage.twin.state, {
    name: 'ci',
    permissions: {},
    events: [],
    owner: 'ada',
  })
  const begin = { appId, name: 'ci', head_sha: head, status: 'in_progress' } as const
  const run = createCheckRun(stage.twin.state, stage.repo, begin, by)
  const end = () =>
    updateCheckRun(stage.twin.state, stage.repo, { run, changes: { conclusion: 'success' } }, by)

  // Told while the answer is on its way.
  const early = stage.another()
  let now = Date.now()
  early.now = () => now
  early.octokit.hook.after('request', (_, { url }) => {
    if (!url.includes('check-runs') || early.memory.checkToldAt > 0) return
    early.memory.checkToldAt = now
    now += 1
  })
  // Told before lists show it.
  const lagging = stage.another()
  lagging.now = () => now
  // Told of any end since a first sight, which was before its checks began.
  before.memory.checkToldAt = now
  now += 1
  before.now = () => now
  for (const forge of [early, lagging, before]) {
    expect((await onlyTrain(forge))?.checks).toMatchObject([{ name: 'ci', status: 'in_progress' }])
  }
  now += 1
  lagging.memory.checkToldAt = now
  expect((await onlyTrain(lagging))?.checks).toMatchObject([{ name: 'ci', status: 'in_progress' }])
  now += 1
  end()
  for (const forge of [early, lagging, before]) {
    expect((await onlyTrain(forge))?.checks).toMatchObject([{ name: 'ci', conclusion: 'success' }])
  }
})
