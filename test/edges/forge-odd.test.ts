import { afterEach, expect, test } from 'vitest'
import type { Effect } from '../../core/effect.ts'
import { printPair } from '../../core/merge/snapshot.ts'
import { printBranch, printTaskId, printTrainBranch } from '../../core/names.ts'
import { countUnresolved } from '../../forge/observe/conversations.ts'
import { observe } from '../../forge/observe.ts'
import { perform } from '../../forge/perform.ts'
import { gitText } from '../../twin/git.ts'
import { commitFiles, moveBranch } from '../../twin/seed.ts'
import { type ForgeStage, setForgeStage } from './forge-stage.ts'

/** What git and GitHub make of odd commits, and what is built of them. */

let stage: ForgeStage
afterEach(() => stage.twin.close())

const BRANCH = printTrainBranch('0123456789abcdef')
const FILES = {
  'README.md': '# demo\n',
  'a.txt': 'one\ntwo\nthree\nfour\nfive\n',
  'run.sh': 'echo 1\n',
  'pic.bin': 'GIF\0one\0',
  'big.dat': 'version https://git-lfs.github.com/spec/v1\noid sha256:aaaa\nsize 1\n',
}

type Entry = { path: string; mode?: '100644' | '100755' | '160000'; content?: string; sha?: string | null }

const tipOf = (ref: string) => gitText(stage.repo, ['rev-parse', ref])

/** A commit of these entries on top of `parents`, main's tip unless others are given, as branch `name`. */
async function branch(name: string, entries: readonly Entry[], parents?: string[]): Promise<string> {
  const { git } = stage.as('bob').rest
  const on = parents ?? [await tipOf('main')]
  const tree = entries.map(({ mode = '100644', ...entry }) => ({
    ...entry,
    mode,
    type: mode === '160000' ? ('commit' as const) : ('blob' as const),
  }))
  const base = on[0] === undefined ? {} : { base_tree: on[0] }
  const made = entries.length === 0 ? on[0]! : (await git.createTree({ ...stage.at, ...base, tree })).data.sha
  const onTree = entries.length === 0 ? await tipOf(`${made}^{tree}`) : made
  const commit = await git.createCommit({ ...stage.at, message: name, tree: onTree, parents: on })
  await git.createRef({ ...stage.at, ref: `refs/heads/${name}`, sha: commit.data.sha })
  return commit.data.sha
}

async function assemble(heads: readonly string[]) {
  const members = heads.map((head, i) => ({ head, pull: 100 + i, message: `chore: merge ${i}`, near: [] }))
  const effect: Effect = {
    do: 'assemble',
    onTip: true,
    task: null,
    branch: BRANCH,
    base: await tipOf('main'),
    into: 'main',
    members,
    title: 'chore: land together',
    body: 'why',
  }
  return perform(stage.forge, effect)
}

const list = async (rev: string) => (await gitText(stage.repo, ['ls-tree', '-r', rev])).split('\n')

const one = (path: string, content: string): Entry[] => [{ path, content }]
const moved = (path: string): Entry[] => [
  { path: 'a.txt', sha: null },
  { path, content: FILES['a.txt'] },
]
const pinned = (digit: string): Entry[] => [{ path: 'lib', mode: '160000', sha: digit.repeat(40) }]
const pointer = (digit: string) => one('big.dat', FILES['big.dat'].replace('aaaa', digit.repeat(4)))

test('77: what collides leaves nothing in the way of what is built next', async () => {
  stage = await setForgeStage({ files: FILES })
  const pairs: [string, Entry[], Entry[]][] = [
    ['one file moved to two places', moved('b.txt'), moved('c.txt')],
    ['one binary file', one('pic.bin', 'GIF\0two\0'), one('pic.bin', 'GIF\0three\0')],
    ['one pointer of Git LFS', pointer('b'), pointer('c')],
    ['one submodule', pinned('b'), pinned('c')],
    ['one goes, one changes', [{ path: 'a.txt', sha: null }], one('a.txt', 'other\n')],
  ]
  for (const [name, mine, yours] of pairs) {
    const key = name.replaceAll(' ', '-')
    const heads = [await branch(`${key}-1`, mine), await branch(`${key}-2`, yours)]
    expect([name, (await assemble(heads)).ok]).toEqual([name, false])
    expect(stage.forge.memory.collisions.has(printPair(heads[1]!, heads[0]!)), name).toBe(true)
    expect((await observe(stage.forge)).trains, name).toEqual([])
  }
  expect(await assemble([await branch('fine', one('fine.txt', 'x\n'))])).toMatchObject({ ok: true })
})

test('75, 80, R11: what git can merge is merged: an old base, an empty commit, modes, names that differ in case', async () => {
  stage = await setForgeStage({ files: FILES })
  // What it began with has landed meanwhile, squashed into another commit.
  const begun = await branch('begun', one('a.txt', `${FILES['a.txt']}six\n`))
  const old = await branch('old', one('old.txt', 'x\n'), [begun])
  await commitFiles(stage.twin.state, stage.repo, {
    branch: 'main',
    files: { 'a.txt': `${FILES['a.txt']}six\n`, 'more.txt': 'm\n' },
    message: 'begun, squashed',
  })
  const empty = await branch('empty', [], [await branch('below', one('below.txt', 'x\n'))])
  const heads = [
    old,
    empty,
    await branch('mode', [{ path: 'run.sh', mode: '100755', content: FILES['run.sh'] }]),
    await branch('text', one('run.sh', 'echo 2\n')),
    await branch('case', one('Readme.md', '# other\n')),
  ]
  expect(await assemble(heads)).toMatchObject({ ok: true })
  const [train] = (await observe(stage.another())).trains
  expect(train?.members).toEqual(heads)
  const files = await list(BRANCH)
  expect(files.map(line => line.split('\t')[1])).toEqual([
    'README.md',
    'Readme.md',
    'a.txt',
    'below.txt',
    'big.dat',
    'more.txt',
    'old.txt',
    'pic.bin',
    'run.sh',
  ])
  expect(await gitText(stage.repo, ['show', `${BRANCH}:a.txt`])).toBe('one\ntwo\nthree\nfour\nfive\nsix')
  expect(files.find(line => line.endsWith('run.sh'))).toMatch(/^100755 /)
  expect(await gitText(stage.repo, ['show', `${BRANCH}:run.sh`])).toBe('echo 2')
})

test('79: a commit that GitHub does not have is no collision, and keeps nobody else from being combined', async () => {
  stage = await setForgeStage({ files: FILES })
  const head = await branch('fine', one('fine.txt', 'x\n'))
  expect(await assemble([head, 'f'.repeat(40)])).toMatchObject({
    ok: false,
    fault: { is: 'stale', why: expect.stringMatching(/of #101 is not there/) },
  })
  expect(await observe(stage.forge)).toMatchObject({ combines: true, collisions: new Set(), trains: [] })
  expect(await assemble([head])).toMatchObject({ ok: true })
})

test('74, 78: a branch moved to another history, and one that goes, jam nothing and land nothing', async () => {
  stage = await setForgeStage({ files: FILES })
  const { rest } = stage.as('ada')
  const fields = { title: 'Say more', body: 'Please.', labels: ['agent:codex'] }
  const task = printTaskId((await rest.issues.create({ ...stage.at, ...fields })).data.number)
  const name = printBranch({ agent: 'codex', task })
  const head = await branch('scratch', one('b.txt', 'b\n'))
  await perform(stage.forge, {
    do: 'publish',
    task,
    branch: name,
    before: null,
    after: head,
    move: 'fast-forward',
  })
  const words = { title: 'feat: more', body: 'x' }
  await perform(stage.forge, { do: 'open', task, head: name, sha: head, base: 'main', ...words })
  await stage.twin.quiet(20_000)
  const shown = async () => (await observe(stage.forge)).tasks[0]!.pull!
  const before = await shown()
  expect(before).toMatchObject({ state: 'open', current: true, mergeBase: await tipOf('main') })
  const orphan = await branch('orphan', one('b.txt', 'b\n'), [])
  await moveBranch(stage.twin.state, stage.repo, name, orphan)
  await stage.twin.quiet(20_000)
  // No gate passes without a list of what it changes.
  expect(await shown()).toMatchObject({
    head: { sha: orphan },
    mergeBase: null,
    changes: null,
    current: false,
  })
  await rest.git.deleteRef({ ...stage.at, ref: `heads/${name}` })
  await stage.twin.quiet(20_000)
  expect(await shown()).toMatchObject({ state: 'closed' })
  const tip = await tipOf('main')
  const how = { verify: false, exact: false, check: null, method: 'squash' } as const
  const land = { ...how, ...words, message: 'm', summary: 's', pull: before.number, head: orphan, base: tip }
  expect(await perform(stage.forge, { do: 'land', task, into: 'main', ...land })).toMatchObject({ ok: false })
  expect(await tipOf('main')).toBe(tip)
  const checks = [...stage.repo.checkRuns.values()].filter(check => check.head_sha === orphan)
  expect(checks.at(-1)?.conclusion ?? null).toBeNull()
})

const RULES = { target: 'branch', enforcement: 'active' } as const
const DEFAULT_BRANCH = { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } }

async function landing(): Promise<Extract<Effect, { do: 'land' }>> {
  const head = await branch('one', one('one.txt', '1\n'))
  const { data } = await stage
    .as('bob')
    .rest.pulls.create({ ...stage.at, head: 'one', base: 'main', title: 'one' })
  await stage.twin.quiet(20_000)
  const how = { verify: false, exact: false, check: null, method: 'squash' } as const
  const words = { title: 'feat: one', message: 'm', summary: 's' }
  return {
    do: 'land',
    task: null,
    pull: data.number,
    head,
    base: await tipOf('main'),
    into: 'main',
    ...how,
    ...words,
  }
}

const gates = () => [...stage.repo.checkRuns.values()].map(check => check.conclusion)

test('3: rules that change between the verdict and the merge: nothing lands, and the next look judges by the new ones', async () => {
  stage = await setForgeStage({ files: FILES })
  const land = await landing()
  const { rest } = stage.as('ada')
  const rule = { type: 'pull_request', parameters: { required_approving_review_count: 1 } } as never
  const tighten = () =>
    rest.repos.createRepoRuleset({
      ...stage.at,
      ...RULES,
      name: 'x',
      conditions: DEFAULT_BRANCH,
      rules: [rule],
    })
  expect((await observe(stage.forge)).rules.approvals).toBe(0)
  stage.twin.faults.add({
    kind: 'request',
    match: { method: 'PUT', route: '/merge' },
    act: { do: 'call', run: async () => void (await tighten()) },
  })
  const before = await tipOf('main')
  expect(await perform(stage.forge, land)).toMatchObject({ ok: false, fault: { is: 'stale' } })
  expect([await tipOf('main'), gates().at(-1)]).toEqual([before, null])
  expect((await observe(stage.another())).rules.approvals).toBe(1)
})

test('14: conversations on lines are counted where the branch wants them resolved, and until then GitHub refuses', async () => {
  stage = await setForgeStage({ files: FILES })
  const land = await landing()
  const { rest, graphql } = stage.as('bob')
  const at = { ...stage.at, pull_number: land.pull }
  const comments = [{ path: 'one.txt', line: 1, body: 'why?' }]
  await stage.as('ada').rest.pulls.createReview({ ...at, event: 'COMMENT', body: 'b', comments })
  await stage.as('ada').rest.repos.createRepoRuleset({
    ...stage.at,
    ...RULES,
    name: 'x',
    conditions: DEFAULT_BRANCH,
    rules: [{ type: 'pull_request', parameters: { required_review_thread_resolution: true } as never }],
  })
  expect((await observe(stage.another())).rules.conversations).toBe(true)
  expect(await countUnresolved(stage.forge, land.pull)).toBe(1)
  expect(await perform(stage.forge, land)).toMatchObject({
    ok: false,
    fault: { why: expect.stringContaining('A conversation must be resolved') },
  })
  const { data } = await rest.pulls.get(at)
  const query =
    'query($id: ID!) { node(id: $id) { ... on PullRequest { reviewThreads(first: 1) { nodes { id } } } } }'
  const { node } = await graphql<{ node: { reviewThreads: { nodes: { id: string }[] } } }>(query, {
    id: data.node_id,
  })
  const resolve =
    'mutation($input: ResolveReviewThreadInput!) { resolveReviewThread(input: $input) { clientMutationId } }'
  await graphql(resolve, { input: { threadId: node.reviewThreads.nodes[0]!.id } })
  expect(await countUnresolved(stage.forge, land.pull)).toBe(0)
  expect(await perform(stage.forge, land)).toMatchObject({ ok: true })
})

test('4: where this app may not change the branch that is said in GitHub’s words, and not tried in each look', async () => {
  stage = await setForgeStage({ files: FILES })
  const land = await landing()
  const { rest } = stage.as('ada')
  await rest.repos.createRepoRuleset({
    ...stage.at,
    ...RULES,
    name: 'x',
    conditions: DEFAULT_BRANCH,
    rules: [{ type: 'update' }],
  })
  const before = await tipOf('main')
  expect(await perform(stage.forge, land)).toMatchObject({
    ok: false,
    fault: { is: 'stale', why: expect.stringContaining('Cannot update this protected ref.') },
  })
  expect([await tipOf('main'), gates().at(-1)]).toEqual([before, null])
  // People are called by a comment of its own.
  const body = '@bob: look at this'
  await perform(stage.forge, { do: 'call', task: printTaskId(land.pull), pull: land.pull, body })
  expect([...stage.repo.comments.values()]).toMatchObject([{ issue: land.pull, body }])
  const known = stage.forge.memory.refusals.get(land.pull)
  expect(known).toMatchObject({ head: land.head, why: expect.stringContaining('Cannot update') })
})
