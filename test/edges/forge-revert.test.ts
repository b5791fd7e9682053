import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Effect } from '../../core/effect.ts'
import type { MergeMethod } from '../../core/landing/rules.ts'
import { printRevertBranch, printTrainBranch } from '../../core/names.ts'
import type { RevertFacts } from '../../core/world.ts'
import { readPlace } from '../../forge/observe/repo.ts'
import { readRevert } from '../../forge/observe/revert.ts'
import { observe } from '../../forge/observe.ts'
import { perform } from '../../forge/perform.ts'
import { git } from '../../twin/git.ts'
import { commitFiles, moveBranch } from '../../twin/seed.ts'
import { type ForgeStage, setForgeStage } from './forge-stage.ts'

type Revert = Extract<Effect, { do: 'revert' }>
type Landed = { pull: number; sha: string; head: string }

let stage: ForgeStage
beforeEach(async () => {
  stage = await setForgeStage()
})
afterEach(() => stage.twin.close())

const lines = (...changed: [number, string][]) => {
  const all = Array.from({ length: 20 }, (_, i) => `line ${i}`)
  for (const [at, text] of changed) all[at] = text
  return `${all.join('\n')}\n`
}

function commit(branch: string, files: Record<string, string | null>, message = branch): Promise<string> {
  return commitFiles(stage.twin.state, stage.repo, { branch, files, message })
}

/** A branch with these commits, landed by that method; what GitHub says of it afterwards. */
async function land(method: MergeMethod, name: string, commits: Record<string, string>[]): Promise<Landed> {
  let head = ''
  for (const [i, files] of commits.entries()) head = await commit(name, files, `${name} ${i}`)
  const { rest } = stage.as('ada')
  const { data } = await rest.pulls.create({ ...stage.at, head: name, base: 'main', title: name })
  await stage.twin.quiet(20_000)
  const at = { ...stage.at, pull_number: data.number }
  const merged = await rest.pulls.merge({
    ...at,
    merge_method: method,
    commit_title: `${name} (#${data.number})`,
  })
  return { pull: data.number, sha: merged.data.sha, head }
}

function revertOf(landed: Landed): Revert {
  const title = `revert: take #${landed.pull} back`
  const message = `${title}\n\nThis reverts commit ${landed.sha}.\n`
  const branch = printRevertBranch(landed.pull)
  return { do: 'revert', task: 'bd-x', landed: [landed], branch, into: 'main', title, body: 'why', message }
}

async function text(args: string[]): Promise<string> {
  return (await git(stage.repo, args)).stdout.toString().trim()
}

/** What the revert changes on main. */
async function changes(landed: Landed): Promise<string[]> {
  return (await text(['diff', '--name-status', 'main', printRevertBranch(landed.pull)]))
    .split('\n')
    .filter(Boolean)
}

async function shown(landed: Landed, since = 0): Promise<Awaited<ReturnType<typeof readRevert>>> {
  const forge = stage.another()
  const setting = { place: await readPlace(forge), strict: false, conversations: false, required: [] }
  return readRevert(forge, { number: landed.pull, mergedSha: landed.sha, since }, setting)
}

const FILE = 'src/long.txt'
const twoSteps = [
  { [FILE]: lines([2, 'changed']), 'src/new.txt': 'new\n' },
  { [FILE]: lines([2, 'changed'], [3, 'too']) },
]

test.each<MergeMethod>(['squash', 'merge', 'rebase'])(
  'all commits of a landing by %s, and nothing that came after, are taken back by one plain commit',
  async method => {
    await commit('main', { [FILE]: lines() })
    const landed = await land(method, 'bad', twoSteps)
    const after = await text(['show', `main:${FILE}`])
    await commit('main', { [FILE]: `${after}\n`.replace('line 15', 'later'), 'src/other.txt': 'stays\n' })

    expect(await perform(stage.forge, revertOf(landed))).toMatchObject({ ok: true })
    const branch = printRevertBranch(landed.pull)
    expect(await changes(landed)).toEqual([`M\t${FILE}`, 'D\tsrc/new.txt'])
    expect(`${await text(['show', `${branch}:${FILE}`])}\n`).toBe(lines([15, 'later']))
    expect(await text(['rev-parse', `${branch}^@`])).toBe(await text(['rev-parse', 'main']))

    const revert = (await shown(landed)) as RevertFacts
    expect(revert).toMatchObject({ own: true, pull: { state: 'open', ours: true, base: { branch: 'main' } } })

    // Done again, or by another controller, it is found.
    const again = await perform(stage.another(), revertOf(landed))
    expect(again).toMatchObject({ ok: true, note: { pull: revert.pull.number } })
    expect(await text(['rev-list', '--count', `main..${branch}`])).toBe('1')
  },
)

test('two landings are taken back by one plain commit, which says so of each, also when it has landed', async () => {
  await commit('main', { [FILE]: lines() })
  const first = await land('merge', 'bad', twoSteps)
  await commit('main', { 'src/other.txt': 'stays\n' })
  const second = await land('squash', 'worse', [{ [FILE]: lines([2, 'changed'], [3, 'too'], [15, 'worse']) }])
  const { message, ...own } = revertOf(second)
  const both = { ...own, landed: [second, first], message: `${message}This reverts commit ${first.sha}.\n` }
  expect(await perform(stage.forge, both)).toMatchObject({ ok: true })
  expect(await text(['rev-list', '--count', `main..${own.branch}`])).toBe('1')
  expect(`${await text(['show', `${own.branch}:${FILE}`])}\n`).toBe(lines())
  expect(await changes(second)).toEqual([`M\t${FILE}`, 'D\tsrc/new.txt'])
  const made = (await shown(second)) as RevertFacts
  expect(made).toMatchObject({ own: true, takes: [second.sha, first.sha] })
  const { number: pull_number } = made.pull
  await stage.as('ada').rest.pulls.merge({ ...stage.at, pull_number, merge_method: 'squash' })
  expect(await shown(second)).toMatchObject({
    pull: { state: 'merged' },
    own: true,
    takes: [second.sha, first.sha],
  })
})

test('a member of a train is taken out alone', async () => {
  const heads = [await commit('one', { 'one.txt': '1\n' }), await commit('two', { 'two.txt': '2\n' })]
  const pulls: number[] = []
  for (const head of ['one', 'two']) {
    const { data } = await stage.as('ada').rest.pulls.create({ ...stage.at, head, base: 'main', title: head })
    pulls.push(data.number)
  }
  const members = heads.map((head, i) => ({ head, pull: pulls[i]!, message: `chore: merge ${i}`, near: [] }))
  const [branch, base] = [printTrainBranch('0123456789abcdef'), await text(['rev-parse', 'main'])]
  const words = { title: 'chore: land both', body: 'why' }
  const made = await perform(stage.forge, {
    do: 'assemble',
    onTip: true,
    task: null,
    branch,
    base,
    into: 'main',
    members,
    ...words,
  })
  await stage.twin.quiet(20_000)
  const train = (made as { note: { pull: number } }).note.pull
  await stage.as('ada').rest.pulls.merge({ ...stage.at, pull_number: train, merge_method: 'merge' })
  await stage.twin.quiet(20_000)

  const { data } = await stage.as('ada').rest.pulls.get({ ...stage.at, pull_number: pulls[0]! })
  expect(data.merged).toBe(true)
  const landed = { pull: pulls[0]!, sha: data.merge_commit_sha!, head: heads[0]! }
  expect(await perform(stage.forge, revertOf(landed))).toMatchObject({ ok: true })
  expect(await changes(landed)).toEqual(['D\tone.txt'])
})

test('killed before any of its writes, the next controller ends with the same', async () => {
  for (let lived = 0; lived <= 6; lived++) {
    const landed = await land('squash', `bad-${lived}`, [{ [`src/${lived}.txt`]: 'new\n' }])
    const dying = stage.another()
    let sent = 0
    dying.octokit.hook.before('request', options => {
      if (options.method !== 'GET' && sent++ === lived) throw new Error('killed')
    })
    // All six are covered: the seventh time nothing is left to be killed.
    expect(await perform(dying, revertOf(landed))).toMatchObject({ ok: lived === 6 })
    expect(await perform(stage.another(), revertOf(landed))).toMatchObject({ ok: true })
    expect(await changes(landed)).toEqual([`D\tsrc/${lived}.txt`])
    const branch = printRevertBranch(landed.pull)
    expect(await text(['rev-list', '--count', `main..${branch}`])).toBe('1')
    expect([...stage.repo.pulls.values()].filter(pull => pull.head.ref === branch)).toHaveLength(1)
  }
})

test('where later landings changed the same lines nothing is left, and it is known until the base moves', async () => {
  await commit('main', { [FILE]: lines() })
  const landed = await land('squash', 'bad', [{ [FILE]: lines([2, 'changed']) }])
  await commit('main', { [FILE]: lines([2, 'changed again']) })
  const came = await perform(stage.forge, revertOf(landed))
  expect(came).toMatchObject({
    ok: false,
    fault: { is: 'stale', why: expect.stringContaining('the same lines') },
  })
  expect(await text(['for-each-ref', 'refs/heads/chorus'])).toBe('')

  const place = await readPlace(stage.forge)
  const setting = { place, strict: false, conversations: false, required: [] }
  const known = { number: landed.pull, mergedSha: landed.sha, since: 0 }
  expect(await readRevert(stage.forge, known, setting)).toBe('clash')
  const target = { ...place.facts.target, head: 'f'.repeat(40) }
  const moved = { ...place, facts: { ...place.facts, target } }
  expect(await readRevert(stage.forge, known, { ...setting, place: moved })).toBeNull()
})

test('where the base moved while it was tried, it is tried again', async () => {
  await commit('main', { [FILE]: lines() })
  const landed = await land('squash', 'bad', [{ [FILE]: lines([2, 'changed']) }])
  await commit('main', { [FILE]: lines([2, 'changed again']) })
  stage.twin.faults.add({
    kind: 'request',
    match: { method: 'POST', route: '/merges' },
    act: { do: 'call', run: () => commit('main', { 'hers.txt': 'hers\n' }) },
  })
  expect(await perform(stage.forge, revertOf(landed))).toMatchObject({ ok: false, fault: { is: 'stale' } })
  expect(stage.forge.memory.clashes.size).toBe(0)
})

test('a commit of somebody else on its branch is not taken for ours', async () => {
  const landed = await land('squash', 'bad', [{ 'src/new.txt': 'new\n' }])
  await perform(stage.forge, revertOf(landed))
  const branch = printRevertBranch(landed.pull)
  await commit(branch, { 'src/evil.js': '1\n' }, revertOf(landed).message)
  await stage.twin.quiet(20_000)
  expect(await shown(landed)).toMatchObject({ own: false })
  await moveBranch(stage.twin.state, stage.repo, branch, await text(['rev-parse', `${branch}^`]))
  await stage.twin.quiet(20_000)
  expect(await shown(landed)).toMatchObject({ own: true })
})

test.each(['', 'the merge that comes before ours', 'ours'])(
  'what somebody laid on its branch before it was made is no part of what is taken for ours: %s',
  async kind => {
    const landed = await land('squash', 'bad', [{ 'src/new.txt': 'new\n' }])
    const branch = printRevertBranch(landed.pull)
    const merging = `chore: leave out #${landed.pull} [skip ci]`
    const messages = { '': 'mine', 'the merge that comes before ours': merging, ours: 'x' }
    const message = messages[kind as keyof typeof messages]
    await moveBranch(stage.twin.state, stage.repo, branch, await text(['rev-parse', 'main']))
    await commit(branch, { 'src/evil.js': '1\n' }, message)
    // A commit that was made for it, on top of somebody's.
    if (kind === 'ours') {
      const fields = {
        ...stage.at,
        message: revertOf(landed).message,
        parents: [await text(['rev-parse', branch])],
      }
      const tree = await text(['rev-parse', `${branch}^{tree}`])
      const { data } = await stage.forge.octokit.request('POST /repos/{owner}/{repo}/git/commits', {
        ...fields,
        tree,
      })
      await moveBranch(stage.twin.state, stage.repo, branch, data.sha)
    }
    await stage.twin.quiet(20_000)
    expect(await perform(stage.forge, revertOf(landed))).toMatchObject({ ok: true })
    await stage.twin.quiet(20_000)
    const brings = await changes(landed)
    const { own } = (await shown(landed)) as RevertFacts
    expect({ brings, own }).toEqual(
      kind === 'ours'
        ? { brings: ['A\tsrc/evil.js'], own: false }
        : { brings: ['D\tsrc/new.txt'], own: true },
    )
  },
)

test('nor is what somebody lays there while it is made', async () => {
  const landed = await land('squash', 'bad', [{ 'src/new.txt': 'new\n' }])
  stage.twin.faults.add({
    kind: 'request',
    match: { method: 'POST', route: '/merges' },
    act: { do: 'call', run: () => commit(printRevertBranch(landed.pull), { 'src/evil.js': '1\n' }) },
  })
  expect(await perform(stage.forge, revertOf(landed))).toMatchObject({ ok: false, fault: { is: 'stale' } })
  await stage.twin.quiet(20_000)
  expect(await perform(stage.forge, revertOf(landed))).toMatchObject({ ok: true })
  expect(await changes(landed)).toEqual(['D\tsrc/new.txt'])
})

test('what another controller finished while this one was held up stays as it is', async () => {
  const landed = await land('squash', 'bad', [{ 'src/new.txt': 'new\n' }])
  const match = { method: 'POST', route: '/merges' }
  const done: boolean[] = []
  const overtake = async (run: () => Promise<void>): Promise<void> => {
    stage.twin.faults.add({ kind: 'request', match, act: { do: 'call', run } })
    done.push((await perform(stage.another(), revertOf(landed))).ok)
  }
  const last = async (): Promise<void> => {
    done.push((await perform(stage.another(), revertOf(landed))).ok)
  }
  // The second one is held up by the third in its turn.
  stage.twin.faults.add({ kind: 'request', match, act: { do: 'call', run: () => overtake(last) } })
  expect(await perform(stage.forge, revertOf(landed))).toMatchObject({ ok: false, fault: { is: 'stale' } })
  expect(done).toEqual([true, false])
  await stage.twin.quiet(20_000)
  expect(await shown(landed)).toMatchObject({ own: true, pull: { state: 'open', ours: true } })
  expect(await changes(landed)).toEqual(['D\tsrc/new.txt'])
})

test('nor does a merge of the base go that somebody made there meanwhile', async () => {
  const landed = await land('squash', 'bad', [{ 'src/new.txt': 'new\n' }])
  const branch = printRevertBranch(landed.pull)
  let theirs = ''
  const between = async (): Promise<void> => {
    expect(await perform(stage.another(), revertOf(landed))).toMatchObject({ ok: true })
    await commit('main', { 'src/later.txt': 'x\n' }, 'later')
    const wish = { ...stage.at, base: branch, head: 'main', commit_message: 'Merge main, by hand' }
    theirs = (await stage.as('ada').rest.repos.merge(wish)).data.sha
  }
  const match = { method: 'POST', route: '/merges' }
  stage.twin.faults.add({ kind: 'request', match, act: { do: 'call', run: between } })
  expect(await perform(stage.forge, revertOf(landed))).toMatchObject({ ok: false, fault: { is: 'stale' } })
  expect(await text(['rev-parse', branch])).toBe(theirs)
})

test('nor does what somebody put there by hand, and git finds no way to merge this one into', async () => {
  const landed = await land('squash', 'bad', [{ 'src/new.txt': 'new\n' }])
  const branch = printRevertBranch(landed.pull)
  let theirs = ''
  const between = async (): Promise<void> => {
    expect(await perform(stage.another(), revertOf(landed))).toMatchObject({ ok: true })
    theirs = await commit(branch, { 'src/new.txt': 'mended\n' }, 'keep a part of it')
  }
  const match = { method: 'POST', route: '/merges' }
  stage.twin.faults.add({ kind: 'request', match, act: { do: 'call', run: between } })
  expect(await perform(stage.forge, revertOf(landed))).toMatchObject({ ok: false, fault: { is: 'stale' } })
  await stage.twin.quiet(20_000)
  expect(await text(['rev-parse', branch])).toBe(theirs)
  expect(await shown(landed)).toMatchObject({ pull: { state: 'open' } })
})

test('one that was closed before somebody wanted it (again) is forgotten, one that was closed since is not', async () => {
  const landed = await land('squash', 'bad', [{ 'src/new.txt': 'new\n' }])
  await perform(stage.forge, revertOf(landed))
  const { pull } = (await shown(landed)) as RevertFacts
  const at = { ...stage.at, pull_number: pull.number }
  const { data } = await stage.as('ada').rest.pulls.update({ ...at, state: 'closed' })
  const closed = Date.parse(data.closed_at!)
  expect(await shown(landed, closed - 1)).toMatchObject({ pull: { state: 'closed' } })
  expect(await shown(landed, closed)).toBeNull()
  expect(await perform(stage.forge, revertOf(landed))).toMatchObject({ ok: true })
  expect(await shown(landed, closed)).toMatchObject({ pull: { state: 'open' }, own: true })
})

test('a landing by rebase is taken back whole although its branch had taken in the base', async () => {
  await commit('main', { [FILE]: lines() })
  for (const [i, files] of twoSteps.entries()) await commit('bad', files, `bad ${i}`)
  await commit('main', { 'src/later.txt': 'later\n' })
  const { rest } = stage.as('ada')
  const { data } = await rest.pulls.create({ ...stage.at, head: 'bad', base: 'main', title: 'bad' })
  await rest.repos.merge({ ...stage.at, base: 'bad', head: 'main' })
  await stage.twin.quiet(20_000)
  const head = await text(['rev-parse', 'bad'])
  const merged = await rest.pulls.merge({ ...stage.at, pull_number: data.number, merge_method: 'rebase' })
  const landed = { pull: data.number, sha: merged.data.sha, head }
  expect(await perform(stage.forge, revertOf(landed))).toMatchObject({ ok: true })
  expect(await changes(landed)).toEqual([`M\t${FILE}`, 'D\tsrc/new.txt'])
})

test('what landed on another branch is not taken out of this one, nor is anything of that branch brought in', async () => {
  const main = await text(['rev-parse', 'main'])
  await moveBranch(stage.twin.state, stage.repo, 'dev', main)
  await commit('dev', { 'src/unreleased.txt': 'not yet\n' })
  await commit('bad', { 'src/new.txt': 'new\n' })
  const { rest } = stage.as('ada')
  const { data } = await rest.pulls.create({ ...stage.at, head: 'bad', base: 'dev', title: 'bad' })
  await stage.twin.quiet(20_000)
  const merged = await rest.pulls.merge({ ...stage.at, pull_number: data.number, merge_method: 'squash' })
  const landed = { pull: data.number, sha: merged.data.sha, head: await text(['rev-parse', 'bad']) }
  expect(await perform(stage.forge, revertOf(landed))).toMatchObject({ ok: false, fault: { is: 'stale' } })
  expect(await text(['for-each-ref', 'refs/heads/chorus'])).toBe('')
  const setting = { place: await readPlace(stage.forge), strict: false, conversations: false, required: [] }
  const known = { number: landed.pull, mergedSha: landed.sha, since: 0 }
  expect(await readRevert(stage.forge, known, setting)).toBe('clash')
})

test('a stranger’s pull request from its very head gets no green gate', async () => {
  const landed = await land('squash', 'bad', [{ 'src/new.txt': 'new\n' }])
  await perform(stage.forge, revertOf(landed))
  await moveBranch(
    stage.twin.state,
    stage.repo,
    'mine',
    await text(['rev-parse', printRevertBranch(landed.pull)]),
  )
  await stage.as('ada').rest.pulls.create({ ...stage.at, head: 'mine', base: 'main', title: 'mine' })
  await stage.twin.quiet(20_000)
  expect((await observe(stage.another())).strangers).toEqual([])
})
