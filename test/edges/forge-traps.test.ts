import { afterEach, expect, test } from 'vitest'
import { printBranch, printTaskId, printTrainBranch } from '../../core/names.ts'
import { observe } from '../../forge/observe.ts'
import { perform } from '../../forge/perform.ts'
import { gitText } from '../../twin/git.ts'
import { treeLimit } from '../../twin/gitdata/treeroutes.ts'
import { commitFiles } from '../../twin/seed.ts'
import { takeId } from '../../twin/state.ts'
import { FILES, type ForgeStage, setForgeStage } from './forge-stage.ts'

/** Traps of merging.md that lie in what GitHub tells, or in what it does with files. */

let stage: ForgeStage
afterEach(() => {
  treeLimit.entries = 100_000
  return stage.twin.close()
})

const branchOff = (branch: string, files: Record<string, string | null>) =>
  commitFiles(stage.twin.state, stage.repo, { branch, files, message: branch })

async function propose(files: Record<string, string | null>): Promise<void> {
  const { rest } = stage.as('ada')
  const labels = ['agent:codex']
  const { data: issue } = await rest.issues.create({ ...stage.at, title: 'More', body: 'Please.', labels })
  const task = printTaskId(issue.number)
  const head = printBranch({ agent: 'codex', task })
  await branchOff(head, files)
  await perform(stage.forge, {
    do: 'open',
    task,
    head,
    sha: await gitText(stage.repo, ['rev-parse', head]),
    base: 'main',
    title: 't',
    body: `Closes #${issue.number}`,
  })
}

test('R12: a merge driver does not run on GitHub: what needs one collides, and the two are kept apart', async () => {
  // Here git itself would put both lines one below the other.
  const attributes = { '.gitattributes': 'CHANGES.md merge=union\n' }
  stage = await setForgeStage({ files: { ...FILES, ...attributes, 'CHANGES.md': '# Changes\n' } })
  const heads = [
    await branchOff('one', { 'CHANGES.md': '# Changes\n- one\n' }),
    await branchOff('two', { 'CHANGES.md': '# Changes\n- two\n' }),
  ]
  const members = heads.map((head, i) => ({
    head,
    pull: 100 + i,
    message: `m${i}`,
    near: i === 0 ? [] : [heads[0]!],
  }))
  const base = await gitText(stage.repo, ['rev-parse', 'main'])
  const branch = printTrainBranch('0123456789abcdef')
  const words = { title: 'both', body: 'why' }
  const came = await perform(stage.forge, {
    do: 'assemble',
    onTip: true,
    task: null,
    branch,
    base,
    into: 'main',
    members,
    ...words,
  })
  expect(came).toMatchObject({ ok: false, fault: { is: 'stale' } })
  const { collisions, trains } = await observe(stage.forge)
  expect([collisions.size, trains]).toEqual([1, []])
  expect(await gitText(stage.repo, ['show', 'main:CHANGES.md'])).toBe('# Changes')
})

test('C13: files beyond the first pages are seen; where GitHub cuts a list, what is changed is not known', async () => {
  stage = await setForgeStage()
  const many = Array.from(
    { length: 301 },
    (_, i) => [`src/${String(i).padStart(3, '0')}.js`, `${i}\n`] as const,
  )
  // Of a file that only moved the trees do not tell where from.
  await propose({ ...Object.fromEntries(many), 'src/a.js': null, 'zz/a.js': FILES['src/a.js'] })
  await stage.twin.quiet(20_000)
  const changes = async () => (await observe(stage.another())).tasks[0]?.pull?.changes
  const seen = (await changes()) ?? []
  expect(seen).toHaveLength(302)
  expect(seen.find(({ path }) => path === 'zz/a.js')).toMatchObject({
    previous: 'src/a.js',
    status: 'renamed',
  })
  treeLimit.entries = 100
  expect(await changes()).toBeNull()
})

test('C2: the commit of an open pull request’s trial merge is never taken for one that landed', async () => {
  stage = await setForgeStage()
  await propose({ 'src/new.js': 'export const n = 1\n' })
  await stage.twin.quiet(20_000)
  const pull = [...stage.repo.pulls.values()].at(-1)!
  // Left from an earlier base, as GitHub tells it while it thinks.
  pull.mergeCommitSha = 'f'.repeat(40)
  const seen = (await observe(stage.another())).tasks[0]?.pull
  expect(seen).toMatchObject({ number: pull.number, state: 'open', mergedSha: null })
})

test('C12: what is required is read from the rules, of both kinds, with the app that has to report it', async () => {
  stage = await setForgeStage()
  const id = takeId(stage.twin.state)
  const required_status_checks = [{ context: 'build', integration_id: 15_368 }, { context: 'lint' }]
  stage.repo.rulesets.set(id, {
    id,
    name: 'main',
    target: 'branch',
    enforcement: 'active',
    include: ['~DEFAULT_BRANCH'],
    exclude: [],
    bypass_actors: [],
    rules: [
      { type: 'required_status_checks', parameters: { required_status_checks } },
      { type: 'pull_request', parameters: { allowed_merge_methods: ['squash', 'merge'] } },
      { type: 'pull_request', parameters: { allowed_merge_methods: ['rebase', 'squash'] } },
      { type: 'pull_request', parameters: {} },
    ],
  })
  stage.repo.protections.set('main', {
    requiredChecks: [
      { context: 'lint', appId: null },
      { context: 'test', appId: null },
    ],
    strict: false,
    requiredApprovals: 0,
    dismissStale: false,
    requireLastPushApproval: false,
    requireCodeOwners: false,
    linearHistory: false,
    enforceAdmins: true,
    requirePull: true,
  })
  const { rules } = await observe(stage.forge)
  const named = new Set(rules.required.map(({ name, appId }) => `${name} by ${appId ?? 'any'}`))
  expect(named).toEqual(new Set(['build by 15368', 'lint by any', 'test by any']))
  expect(rules.methods).toEqual(['squash'])
})

test('O4: people are called once, though the list of comments lags', async () => {
  stage = await setForgeStage()
  const { data } = await stage.as('ada').rest.issues.create({ ...stage.at, title: 'somewhere' })
  const call = { do: 'call', task: printTaskId(data.number), pull: data.number, body: '@dave: look' } as const
  for (let i = 0; i < 2; i++) expect(await perform(stage.forge, call)).toMatchObject({ ok: true })
  const said = [...stage.repo.comments.values()].filter(({ body }) => body === call.body)
  expect(said).toHaveLength(1)
})
