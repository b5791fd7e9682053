import { afterAll, beforeAll, expect, test } from 'vitest'
import { addCollaborator } from '../../../twin/seed.ts'
import { refusal, type Stage, setStage } from '../stage.ts'
import { propose, push } from './change.ts'

let stage: Stage
beforeAll(async () => {
  stage = await setStage()
  await stage.as('ada').rest.repos.createRepoRuleset({
    ...stage.at,
    name: 'reviews',
    enforcement: 'active',
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules: [
      {
        type: 'pull_request',
        parameters: {
          required_approving_review_count: 1,
          dismiss_stale_reviews_on_push: true,
          require_last_push_approval: false,
          require_code_owner_review: false,
          required_review_thread_resolution: false,
        },
      },
    ],
  })
})
afterAll(() => stage.twin.close())

const review = (
  login: string,
  pull_number: number,
  event: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT',
  body = 'words',
) => stage.as(login).rest.pulls.createReview({ ...stage.at, pull_number, event, body })
const merge = (pull_number: number) => stage.as('ada').rest.pulls.merge({ ...stage.at, pull_number })
const MISSING = 'At least 1 approving review is required by reviewers with write access.'

test('nobody judges their own; words without a verdict need words', async () => {
  const { number } = await propose(stage, 'own')
  expect(await refusal(review('ada', number, 'APPROVE'))).toMatchObject({
    status: 422,
    message: expect.stringContaining('Can not approve your own'),
  })
  expect((await refusal(review('ada', number, 'REQUEST_CHANGES'))).status).toBe(422)
  expect((await refusal(review('bob', number, 'COMMENT', ''))).status).toBe(422)
  expect((await review('ada', number, 'COMMENT')).data.state).toBe('COMMENTED')
})

test('approval counts only from writers, and the newest verdict of each', async () => {
  const { number } = await propose(stage, 'counted')
  expect((await refusal(merge(number))).message).toContain(MISSING)
  await review('tim', number, 'APPROVE')
  await review('eve', number, 'APPROVE')
  expect((await refusal(merge(number))).message).toContain(MISSING)
  await review('bob', number, 'REQUEST_CHANGES')
  expect((await refusal(merge(number))).message).toContain('Changes have been requested.')
  await review('bob', number, 'APPROVE')
  await review('bob', number, 'COMMENT')
  expect((await merge(number)).data.merged).toBe(true)
})

test('an app’s approval counts with contents: write, not without', async () => {
  const { number } = await propose(stage, 'by-app')
  const weak = stage.app('weak', { pull_requests: 'write', metadata: 'read' })
  await weak.rest.pulls.createReview({ ...stage.at, pull_number: number, event: 'APPROVE' })
  expect((await refusal(merge(number))).message).toContain(MISSING)
  const strong = stage.app('strong', { pull_requests: 'write', contents: 'write', metadata: 'read' })
  await strong.rest.pulls.createReview({ ...stage.at, pull_number: number, event: 'APPROVE' })
  expect((await merge(number)).data.merged).toBe(true)
})

test('a push dismisses approvals at once', async () => {
  const { number } = await propose(stage, 'stale')
  await review('bob', number, 'APPROVE')
  stage.news()
  await push(stage, 'stale', { 'again.txt': 'again\n' })
  expect((await refusal(merge(number))).message).toContain(MISSING)
  await stage.twin.quiet()
  const { data } = await stage.as('ada').rest.pulls.listReviews({ ...stage.at, pull_number: number })
  expect(data.map(each => each.state)).toEqual(['DISMISSED'])
  expect(stage.news()).toContain('pull_request_review.dismissed')
})

test('the last pusher’s own approval is not enough when the rule says so', async () => {
  const [ruleset] = stage.repo.rulesets.values()
  const parameters = ruleset?.rules[0]?.parameters
  if (!parameters) throw new Error('no rule')
  parameters.require_last_push_approval = true
  const { number } = await propose(stage, 'last-push')
  await push(stage, 'last-push', { 'bobs.txt': 'x\n' }, 'bob')
  await stage.twin.quiet()
  await review('bob', number, 'APPROVE')
  expect((await refusal(merge(number))).message).toContain('someone other than the last pusher')
  addCollaborator(stage.twin.state, stage.repo, 'cleo', 'write')
  await review('cleo', number, 'APPROVE')
  expect((await merge(number)).data.merged).toBe(true)
  parameters.require_last_push_approval = false
})

test('a pending review is hidden until submitted; line comments hang on it', async () => {
  const { number } = await propose(stage, 'pending')
  const bob = stage.as('bob')
  const comments = [{ path: 'pending.txt', line: 1, body: 'here' }]
  const { data } = await bob.rest.pulls.createReview({ ...stage.at, pull_number: number, comments })
  expect((await stage.as('ada').rest.pulls.listReviews({ ...stage.at, pull_number: number })).data).toEqual(
    [],
  )
  await bob.rest.pulls.submitReview({
    ...stage.at,
    pull_number: number,
    review_id: data.id,
    event: 'REQUEST_CHANGES',
  })
  const found = await stage.as('ada').rest.pulls.listReviewComments({ ...stage.at, pull_number: number })
  expect(found.data).toMatchObject([
    { path: 'pending.txt', line: 1, body: 'here', pull_request_review_id: data.id },
  ])
  await bob.rest.pulls.dismissReview({
    ...stage.at,
    pull_number: number,
    review_id: data.id,
    message: 'done',
  })
  expect(
    (await bob.rest.pulls.getReview({ ...stage.at, pull_number: number, review_id: data.id })).data.state,
  ).toBe('DISMISSED')
})

test('reviewers are requested, and answered ones leave the list', async () => {
  const { number } = await propose(stage, 'asked')
  const asked = { ...stage.at, pull_number: number, reviewers: ['bob'] }
  expect((await stage.as('ada').rest.pulls.requestReviewers(asked)).data.requested_reviewers).toMatchObject([
    { login: 'bob' },
  ])
  await review('bob', number, 'APPROVE')
  expect((await stage.as('ada').rest.pulls.get(asked)).data.requested_reviewers).toEqual([])
})

test('direct pushes to a branch that asks for pull requests are refused', async () => {
  await expect(push(stage, 'main', { 'direct.txt': 'x\n' })).rejects.toMatchObject({ status: 422 })
})
