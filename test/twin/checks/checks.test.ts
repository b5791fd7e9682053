import { afterAll, beforeAll, expect, test } from 'vitest'
import { pressButton } from '../../../twin/checks/button.ts'
import { propose, push } from '../pulls/change.ts'
import { refusal, type Stage, setStage } from '../stage.ts'

let stage: Stage
let ci: ReturnType<Stage['app']>
let other: ReturnType<Stage['app']>
const CHECKS = {
  checks: 'write',
  statuses: 'write',
  metadata: 'read',
  contents: 'read',
  pull_requests: 'read',
} as const

beforeAll(async () => {
  stage = await setStage()
  ci = stage.app('ci', CHECKS)
  other = stage.app('other', CHECKS)
})
afterAll(() => stage.twin.close())

const run = (
  app: typeof ci,
  head_sha: string,
  name: string,
  conclusion?: 'success' | 'failure' | 'neutral',
) =>
  app.rest.checks.create({
    ...stage.at,
    name,
    head_sha,
    ...(conclusion ? { conclusion, status: 'completed' } : {}),
  })
const merge = (pull_number: number) => stage.as('ada').rest.pulls.merge({ ...stage.at, pull_number })

test('only apps write check runs, each its own; completed goes with a conclusion', async () => {
  const sha = await push(stage, 'runs', { 'r.txt': 'r\n' })
  expect((await refusal(run(stage.as('ada') as typeof ci, sha, 'x'))).status).toBe(403)
  expect(
    (
      await refusal(
        ci.rest.checks.create({ ...stage.at, name: 'x', head_sha: sha, status: 'completed' } as never),
      )
    ).status,
  ).toBe(422)
  expect((await refusal(run(ci, '0'.repeat(40), 'x'))).message).toContain('No commit found for SHA')
  stage.news()
  const { data } = await run(ci, sha, 'build')
  expect(data).toMatchObject({ status: 'queued', conclusion: null, app: { slug: 'ci' } })
  const change = { ...stage.at, check_run_id: data.id, conclusion: 'success' as const }
  expect((await refusal(other.rest.checks.update(change))).status).toBe(403)
  expect((await ci.rest.checks.update(change)).data).toMatchObject({
    status: 'completed',
    conclusion: 'success',
  })
  expect(stage.news()).toEqual(['check_run.created', 'check_run.completed', 'check_suite.completed'])
})

test('annotations: fifty a call, appended; output wants title and summary', async () => {
  const sha = await push(stage, 'notes', { 'n.txt': 'n\n' })
  const { data } = await run(ci, sha, 'lint')
  const note = {
    path: 'n.txt',
    start_line: 1,
    end_line: 1,
    annotation_level: 'warning' as const,
    message: 'm',
  }
  const update = (annotations: (typeof note)[], output: object = { title: 't', summary: 's' }) =>
    ci.rest.checks.update({ ...stage.at, check_run_id: data.id, output: { ...output, annotations } as never })
  expect((await refusal(update(Array(51).fill(note)))).status).toBe(422)
  expect((await refusal(update([note], { title: 't' }))).status).toBe(422)
  await update(Array(50).fill(note))
  await update([note])
  const listed = await ci.rest.checks.listAnnotations({ ...stage.at, check_run_id: data.id, per_page: 100 })
  expect(listed.data).toHaveLength(51)
})

test('the listing shows the latest of each name unless all are asked for', async () => {
  const sha = await push(stage, 'again', { 'g.txt': 'g\n' })
  await run(ci, sha, 'build', 'failure')
  await run(ci, sha, 'build', 'success')
  await run(other, sha, 'build', 'neutral')
  const list = async (extra: object) =>
    (await ci.rest.checks.listForRef({ ...stage.at, ref: 'again', ...extra })).data
  expect((await list({})).check_runs.map(each => each.conclusion).sort()).toEqual(['neutral', 'success'])
  expect((await list({ filter: 'all' })).total_count).toBe(3)
  expect((await list({ app_id: other.appId })).check_runs.map(each => each.conclusion)).toEqual(['neutral'])
})

async function protect(extra: Record<string, unknown>): Promise<number> {
  const { data } = await stage.as('ada').rest.repos.createRepoRuleset({
    ...stage.at,
    name: 'checks',
    enforcement: 'active',
    conditions: { ref_name: { include: ['refs/heads/main'], exclude: [] } },
    rules: [
      {
        type: 'required_status_checks',
        parameters: { strict_required_status_checks_policy: false, ...extra } as never,
      },
    ],
  })
  return data.id
}
const unprotect = (ruleset_id: number) =>
  stage.as('ada').rest.repos.deleteRepoRuleset({ ...stage.at, ruleset_id })

test('a required check pinned to an app is not satisfied by another', async () => {
  const id = await protect({ required_status_checks: [{ context: 'gate', integration_id: ci.appId }] })
  const { number, sha } = await propose(stage, 'pinned')
  expect(await refusal(merge(number))).toMatchObject({
    status: 405,
    message: expect.stringContaining('Required status check "gate" is expected.'),
  })
  await run(other, sha, 'gate', 'success')
  expect((await refusal(merge(number))).message).toContain('is expected')
  await run(ci, sha, 'gate', 'failure')
  expect((await refusal(merge(number))).message).toContain('is failing')
  expect(
    (await stage.as('ada').rest.pulls.get({ ...stage.at, pull_number: number })).data.mergeable_state,
  ).toBe('blocked')
  await run(ci, sha, 'gate', 'neutral')
  expect((await merge(number)).data.merged).toBe(true)
  await unprotect(id)
})

test('a status and a check of the same name must both pass', async () => {
  const id = await protect({ required_status_checks: [{ context: 'both' }] })
  const { number, sha } = await propose(stage, 'both')
  await run(ci, sha, 'both', 'success')
  await ci.rest.repos.createCommitStatus({ ...stage.at, sha, state: 'failure', context: 'both' })
  expect((await refusal(merge(number))).message).toContain('"both" is failing')
  await ci.rest.repos.createCommitStatus({ ...stage.at, sha, state: 'success', context: 'both' })
  expect((await ci.rest.repos.getCombinedStatusForRef({ ...stage.at, ref: sha })).data).toMatchObject({
    state: 'success',
    total_count: 1,
  })
  expect((await merge(number)).data.merged).toBe(true)
  await unprotect(id)
})

test('a direct push is refused until its commit has passed, then it lands and the pull request with it', async () => {
  const id = await protect({ required_status_checks: [{ context: 'gate', integration_id: ci.appId }] })
  const { number, sha } = await propose(stage, 'fast-forward')
  const update = () => stage.as('ada').rest.git.updateRef({ ...stage.at, ref: 'heads/main', sha })
  expect(await refusal(update())).toMatchObject({
    status: 422,
    message: expect.stringContaining('"gate" is expected'),
  })
  await run(ci, sha, 'gate', 'success')
  await update()
  await stage.twin.quiet()
  expect(stage.repo.pulls.get(number)).toMatchObject({ merged: true, mergeCommitSha: sha })
  await unprotect(id)
})

test('a button reaches only a completed run that has it', async () => {
  const sha = await push(stage, 'buttons', { 'b.txt': 'b\n' })
  const actions = [{ label: 'Again', description: 'once more', identifier: 'again' }]
  const { data } = await ci.rest.checks.create({ ...stage.at, name: 'gate', head_sha: sha, actions })
  const made = stage.repo.checkRuns.get(data.id)
  if (!made) throw new Error('no run')
  const by = { is: 'user', account: stage.repo.owner } as const
  const press = () => pressButton(stage.twin.state, stage.repo, { run: made, identifier: 'again' }, by)
  expect(press).toThrow('no action')
  await ci.rest.checks.update({ ...stage.at, check_run_id: data.id, conclusion: 'failure' })
  stage.news()
  press()
  expect(stage.news()).toEqual(['check_run.requested_action'])
  const four = Array(4).fill(actions[0])
  expect(
    (await refusal(ci.rest.checks.create({ ...stage.at, name: 'x', head_sha: sha, actions: four }))).status,
  ).toBe(422)
})

test('strict: head must contain base', async () => {
  const id = await protect({
    strict_required_status_checks_policy: true,
    required_status_checks: [{ context: 'gate' }],
  })
  const { number, sha } = await propose(stage, 'strict')
  await run(ci, sha, 'gate', 'success')
  stage.repo.rulesets.get(id)!.enforcement = 'disabled'
  await push(stage, 'main', { 'moved.txt': 'x\n' })
  stage.repo.rulesets.get(id)!.enforcement = 'active'
  await stage.twin.quiet()
  expect((await refusal(merge(number))).message).toContain('out of date')
  await unprotect(id)
})

test('classic protection: put, shown, applied, and admins pass unless held too', async () => {
  const put = (enforce_admins: boolean) =>
    stage.as('ada').rest.repos.updateBranchProtection({
      ...stage.at,
      branch: 'main',
      required_status_checks: {
        strict: false,
        contexts: [],
        checks: [{ context: 'gate', app_id: ci.appId }],
      },
      enforce_admins,
      required_pull_request_reviews: null,
      restrictions: null,
    })
  await put(true)
  const { number } = await propose(stage, 'classic')
  expect((await refusal(merge(number))).message).toMatch(/^Required status check "gate" is expected\./)
  await put(false)
  expect((await merge(number)).data.merged).toBe(true)
  expect(
    (await refusal(stage.as('bob').rest.repos.getBranchProtection({ ...stage.at, branch: 'main' }))).status,
  ).toBe(403)
  await stage.as('ada').rest.repos.deleteBranchProtection({ ...stage.at, branch: 'main' })
})

test('rules of a branch can be read by anyone who may read, even when it does not exist', async () => {
  const id = await protect({ required_status_checks: [{ context: 'gate', integration_id: ci.appId }] })
  stage.repo.rulesets.get(id)!.include = ['refs/heads/release/**']
  const { data } = await stage.as('eve').rest.repos.getBranchRules({ ...stage.at, branch: 'release/1.0/x' })
  expect(data).toMatchObject([{ type: 'required_status_checks', ruleset_id: id }])
  expect((await stage.as('eve').rest.repos.getBranchRules({ ...stage.at, branch: 'main' })).data).toEqual([])
  const shown = await stage.as('eve').rest.repos.getRepoRuleset({ ...stage.at, ruleset_id: id })
  expect(shown.data).not.toHaveProperty('bypass_actors')
  await unprotect(id)
})
