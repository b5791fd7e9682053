import { afterAll, beforeAll, expect, test } from 'vitest'
import { git, gitText } from '../../../twin/git.ts'
import { readRef } from '../../../twin/gitdata/refs.ts'
import { refusal, type Stage, setStage } from '../stage.ts'
import { propose, push } from './change.ts'

let stage: Stage
beforeAll(async () => {
  stage = await setStage()
})
afterAll(() => stage.twin.close())

const merge = (pull_number: number, extra: Record<string, unknown> = {}, login = 'ada') =>
  stage.as(login).rest.pulls.merge({ ...stage.at, pull_number, ...extra })

test('a merge commit, an issue closed by keyword, the branch deleted', async () => {
  const ada = stage.as('ada')
  const issue = (await ada.rest.issues.create({ ...stage.at, title: 'wanted' })).data
  const { number, sha } = await propose(stage, 'plain', {
    title: 'Plain',
    body: `Resolves #${issue.number}.`,
  })
  stage.repo.settings.delete_branch_on_merge = true
  stage.news()
  const { data } = await merge(number, { sha })
  stage.repo.settings.delete_branch_on_merge = false
  await stage.twin.quiet()
  expect(data.merged).toBe(true)
  expect(await readRef(stage.repo, 'refs/heads/main')).toBe(data.sha)
  expect(await gitText(stage.repo, ['log', '-1', '--format=%s|%b|%an', data.sha])).toContain(
    `Merge pull request #${number} from ada/plain|Plain`,
  )
  expect(await readRef(stage.repo, 'refs/heads/plain')).toBeNull()
  expect((await ada.rest.issues.get({ ...stage.at, issue_number: issue.number })).data).toMatchObject({
    state: 'closed',
    state_reason: 'completed',
  })
  expect(stage.news()).toEqual(['push', 'pull_request.closed', 'issues.closed', 'push', 'delete'])
  expect((await ada.rest.pulls.checkIfMerged({ ...stage.at, pull_number: number })).status).toBe(204)
})

test('squash makes one commit by the author, rebase keeps them without a merge', async () => {
  const squashed = await propose(stage, 'squash', { title: 'Squash me' })
  await push(stage, 'squash', { 'second.txt': 'second\n' })
  await stage.twin.quiet()
  const one = (await merge(squashed.number, { merge_method: 'squash' }, 'bob')).data
  expect(await gitText(stage.repo, ['log', '-1', '--format=%s|%an|%p', one.sha])).toMatch(
    /^Squash me \(#\d+\)\|ada\|\S+$/,
  )
  const rebased = await propose(stage, 'rebase')
  await push(stage, 'main', { 'meanwhile.txt': 'x\n' })
  await stage.twin.quiet()
  const two = (await merge(rebased.number, { merge_method: 'rebase' })).data
  const merges = await git(stage.repo, ['rev-list', '--merges', `${one.sha}..${two.sha}`])
  expect(merges.stdout.toString()).toBe('')
})

test('the head that was looked at, or 409', async () => {
  const { number, sha } = await propose(stage, 'cas')
  await push(stage, 'cas', { 'later.txt': 'later\n' })
  expect(await refusal(merge(number, { sha }))).toEqual({
    status: 409,
    message: expect.stringContaining('Head branch was modified. Review and try the merge again.'),
  })
  expect(stage.repo.pulls.get(number)?.merged).toBe(false)
})

test('of two merges at once at least one lands, and base never loses a commit', async () => {
  const [one, two] = [await propose(stage, 'both-1'), await propose(stage, 'both-2')]
  const outcomes = await Promise.allSettled([merge(one.number), merge(two.number)])
  const landed = outcomes.filter(each => each.status === 'fulfilled')
  for (const failed of outcomes.filter(each => each.status === 'rejected')) {
    expect(failed.reason).toMatchObject({
      status: 405,
      message: expect.stringContaining('Base branch was modified'),
    })
  }
  expect(landed.length).toBeGreaterThan(0)
  for (const each of landed) {
    const done = await git(
      stage.repo,
      ['merge-base', '--is-ancestor', each.value.data.sha, 'refs/heads/main'],
      { allowFail: true },
    )
    expect(done.code).toBe(0)
  }
})

test('drafts, closed ones and methods that are off are 405; readers are 403', async () => {
  const draft = await propose(stage, 'draft', { draft: true })
  expect((await refusal(merge(draft.number))).message).toContain('still a draft')
  const { number } = await propose(stage, 'method')
  stage.repo.settings.allow_squash_merge = false
  expect(await refusal(merge(number, { merge_method: 'squash' }))).toMatchObject({
    status: 405,
    message: expect.stringContaining('Squash merges are not allowed'),
  })
  stage.repo.settings.allow_squash_merge = true
  expect((await refusal(merge(number, {}, 'tim'))).status).toBe(403)
  await stage.as('ada').rest.pulls.update({ ...stage.at, pull_number: number, state: 'closed' })
  expect((await refusal(merge(number))).status).toBe(405)
})

test('update-branch answers 202 and moves head later; nothing new is 422', async () => {
  const { number, sha } = await propose(stage, 'behind')
  const update = (expected_head_sha: string) =>
    stage.as('ada').rest.pulls.updateBranch({ ...stage.at, pull_number: number, expected_head_sha })
  expect((await refusal(update(sha))).message).toContain('no new commits')
  const base = await push(stage, 'main', { 'news.txt': 'news\n' })
  expect((await refusal(update('0'.repeat(40)))).message).toContain('expected head sha')
  expect((await update(sha)).status).toBe(202)
  await stage.twin.quiet()
  const head = stage.repo.pulls.get(number)?.head.sha ?? ''
  expect(await gitText(stage.repo, ['log', '-1', '--format=%P', head])).toBe(`${sha} ${base}`)
})
