import { expect, test } from 'vitest'
import { actionsInstallation } from '../../../twin/apps/app.ts'
import { mintToken } from '../../../twin/apps/tokens.ts'
import { openWorld, output, simple, type World } from './world.ts'

const runsOf = (world: World) => [...world.repo.actions.runs.values()]
const names = (world: World) => runsOf(world).map(run => run.path.replace('.github/workflows/', ''))

test('push: branch, tag and path filters, and [skip ci]', async () => {
  await using world = await openWorld({
    'main.yml': simple('true', '{ push: { branches: [main] } }'),
    'feature.yml': simple('true', "{ push: { branches: ['feat/**', '!feat/old/*'] } }"),
    'docs.yml': simple('true', "{ push: { paths: ['docs/**'] } }"),
    'code.yml': simple('true', "{ push: { paths-ignore: ['docs/**'] } }"),
    'tags.yml': simple('true', "{ push: { tags: ['v*'] } }"),
  })
  const after = async (work: () => Promise<unknown>) => {
    const before = runsOf(world).length
    await work()
    await world.twin.quiet()
    return names(world).slice(before).sort()
  }
  expect(await after(() => world.push({ 'a.txt': 'a' }))).toEqual(['code.yml', 'main.yml'])
  expect(await after(() => world.push({ 'docs/x/y.md': 'a' }))).toEqual(['docs.yml', 'main.yml'])
  expect(await after(() => world.push({ 'b.txt': 'b' }, 'feat/one/two'))).toEqual(['code.yml', 'feature.yml'])
  expect(await after(() => world.push({ 'b.txt': 'c' }, 'feat/old/x'))).toEqual(['code.yml'])
  expect(await after(() => world.push({ 'c.txt': 'c' }, 'main', 'chore: quiet [skip ci]'))).toEqual([])
})

const CI = simple(
  'echo "$GITHUB_REF $GITHUB_SHA $GITHUB_HEAD_REF $GITHUB_BASE_REF"; ls',
  'pull_request',
).replace('- run', '- uses: actions/checkout@v7\n      - run')

async function openPull(world: World, headers: Record<string, string> = {}) {
  const body = { title: 'Add', head: 'topic', base: 'main' }
  const made = await world.api('POST', '/repos/acme/shop/pulls', body, headers)
  expect(made.status).toBe(201)
  return Number(made.body.number)
}

test('pull_request runs on the merge commit, with the head as head_sha', async () => {
  await using world = await openWorld({ 'ci.yml': CI })
  const head = await world.push({ 'new.txt': 'n' }, 'topic')
  await world.push({ 'other.txt': 'o' })
  const number = await openPull(world)
  await world.twin.quiet()
  const [run] = runsOf(world)
  const pull = world.repo.pulls.get(number)
  expect(run).toMatchObject({
    event: 'pull_request',
    head_sha: head,
    head_branch: 'topic',
    conclusion: 'success',
  })
  expect(run?.sha).toBe(pull?.testMergeSha)
  const said = run ? output(world.job(run, 'one')) : ''
  expect(said).toContain(`refs/pull/${number}/merge ${pull?.testMergeSha} topic main`)
  expect(said).toMatch(/new\.txt\n(.*\n)*?other\.txt/)
  await world.push({ 'new.txt': 'n2' }, 'topic')
  await world.twin.quiet()
  expect(runsOf(world)).toHaveLength(2)
})

test('pull_request does not run at all on conflict', async () => {
  await using world = await openWorld({ 'ci.yml': CI })
  await world.push({ 'same.txt': 'mine' }, 'topic')
  await world.push({ 'same.txt': 'theirs' })
  await openPull(world)
  await world.twin.quiet()
  expect(runsOf(world)).toEqual([])
})

test("what a job's token does starts nothing, but a pull request waits for approval and dispatches run", async () => {
  await using world = await openWorld({
    'ci.yml': CI,
    'push.yml': simple('true', 'push'),
    'issue.yml': simple('true', 'issues'),
    'go.yml': simple('true'),
  })
  await world.push({ '.github/workflows/push.yml': null, 'n.txt': '1' }, 'topic')
  await world.twin.quiet()
  const before = runsOf(world).length
  const token = mintToken(world.twin.state, {
    installationId: actionsInstallation(world.twin.state, 'acme').id,
    permissions: { contents: 'write', issues: 'write', pull_requests: 'write', actions: 'write' },
    repositoryIds: [world.repo.id],
    job: { repoId: world.repo.id, runId: 1, jobId: 1 },
  }).token
  const as = { authorization: `Bearer ${token}` }
  await world.api('POST', '/repos/acme/shop/issues', { title: 'x' }, as)
  await openPull(world, as)
  await world.api('POST', '/repos/acme/shop/actions/workflows/go.yml/dispatches', { ref: 'main' }, as)
  await world.twin.quiet()
  const made = runsOf(world).slice(before)
  expect(made.map(run => [run.event, run.conclusion]).sort()).toEqual([
    ['pull_request', 'action_required'],
    ['workflow_dispatch', 'success'],
  ])
  const waiting = made.find(run => run.event === 'pull_request')
  expect((await world.api('POST', `/repos/acme/shop/actions/runs/${waiting?.id}/approve`)).status).toBe(201)
  await world.twin.quiet()
  expect(waiting?.conclusion).toBe('success')
})

test('issues by type, workflow_run by name, repository_dispatch by event type', async () => {
  await using world = await openWorld({
    'issue.yml': simple(
      'echo "${{ github.event.issue.title }} ${{ github.event.action }}"',
      '{ issues: { types: [opened] } }',
    ).replace('on:', 'name: Issues\non:'),
    'after.yml': simple(
      'echo "${{ github.event.workflow_run.conclusion }}"',
      '{ workflow_run: { workflows: [Issues], types: [completed] } }',
    ),
    'custom.yml': simple(
      'echo "${{ github.event.client_payload.k }}"',
      '{ repository_dispatch: { types: [deploy] } }',
    ),
  })
  const made = await world.api('POST', '/repos/acme/shop/issues', { title: 'Broken' })
  await world.twin.quiet()
  await world.api('PATCH', `/repos/acme/shop/issues/${made.body.number}`, { state: 'closed' })
  await world.twin.quiet()
  const post = (event_type: string) =>
    world.api('POST', '/repos/acme/shop/dispatches', { event_type, client_payload: { k: 'v1' } })
  expect((await post('deploy')).status).toBe(204)
  await post('other')
  await world.twin.quiet()
  expect(names(world)).toEqual(['issue.yml', 'after.yml', 'custom.yml'])
  const said = runsOf(world).map(run => output(world.job(run, 'one')))
  expect(said).toEqual(['Broken opened', 'success', 'v1'])
  expect(runsOf(world)[0]?.display_title).toBe('Broken')
})
