import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRepo } from '../../../twin/seed.ts'
import { refusal, type Stage, setStage } from '../stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await setStage()
})
afterAll(() => stage.twin.close())

async function open(title: string, at = stage.at) {
  return (await stage.as('ada').rest.issues.create({ ...at, title })).data
}

function adopt(parent: number, child: number, extra: Record<string, unknown> = {}) {
  return stage.as('ada').request('POST /repos/{owner}/{repo}/issues/{issue_number}/sub_issues', {
    ...stage.at,
    issue_number: parent,
    sub_issue_id: child,
    ...extra,
  })
}

test('a child is named by database id, has one parent, and counts in the summary', async () => {
  const [one, two, child] = [await open('one'), await open('two'), await open('child')]
  stage.news()
  await adopt(one.number, child.id)
  expect(stage.news()).toEqual(['sub_issues.sub_issue_added', 'sub_issues.parent_issue_added'])
  expect((await refusal(adopt(two.number, child.id))).message).toContain('only have one parent')
  await adopt(two.number, child.id, { replace_parent: true })
  const ada = stage.as('ada')
  const parent = await ada.request('GET /repos/{owner}/{repo}/issues/{issue_number}/parent', {
    ...stage.at,
    issue_number: child.number,
  })
  expect(parent.data.number).toBe(two.number)
  await ada.rest.issues.update({ ...stage.at, issue_number: child.number, state: 'closed' })
  const { data } = await ada.rest.issues.get({ ...stage.at, issue_number: two.number })
  expect(data.sub_issues_summary).toEqual({ total: 1, completed: 1, percent_completed: 100 })
  await ada.request('DELETE /repos/{owner}/{repo}/issues/{issue_number}/sub_issue', {
    ...stage.at,
    issue_number: two.number,
    sub_issue_id: child.id,
  })
  expect(stage.repo.issues.get(child.number)?.parent).toBeNull()
})

test('no circle, no ninth level below the top, no foreign owner', async () => {
  const chain = [await open('top')]
  for (let level = 1; level <= 8; level += 1) {
    const next = await open(`level ${level}`)
    await adopt(chain.at(-1)?.number ?? 0, next.id)
    chain.push(next)
  }
  const [first, last] = [chain[0], chain.at(-1)]
  expect((await refusal(adopt(last?.number ?? 0, (await open('level 9')).id))).message).toContain(
    'deeper than 8',
  )
  expect((await refusal(adopt(last?.number ?? 0, first?.id ?? 0))).message).toContain('circular')
  await createRepo(stage.twin.state, { owner: 'eve', name: 'other' })
  const foreign = (
    await stage.as('eve').rest.issues.create({ owner: 'eve', repo: 'other', title: 'foreign' })
  ).data
  expect((await refusal(adopt(first?.number ?? 0, foreign.id))).message).toContain('same owner')
})

test('children keep an order that can be changed', async () => {
  const parent = await open('ordered')
  const children = [await open('a'), await open('b'), await open('c')]
  for (const child of children) await adopt(parent.number, child.id)
  const [a, , c] = children
  await stage.as('ada').request('PATCH /repos/{owner}/{repo}/issues/{issue_number}/sub_issues/priority', {
    ...stage.at,
    issue_number: parent.number,
    sub_issue_id: c?.id ?? 0,
    before_id: a?.id ?? 0,
  })
  const { data } = await stage
    .as('ada')
    .request('GET /repos/{owner}/{repo}/issues/{issue_number}/sub_issues', {
      ...stage.at,
      issue_number: parent.number,
    })
  expect(data.map(each => each.title)).toEqual(['c', 'a', 'b'])
})

test('blocked by: both sides told, both sides counted, once only, gone on removal', async () => {
  const [task, blocker] = [await open('task'), await open('blocker')]
  const ada = stage.as('ada')
  const edge = { ...stage.at, issue_number: task.number, issue_id: blocker.id }
  stage.news()
  await ada.request('POST /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by', edge)
  expect(stage.news()).toEqual(['issue_dependencies.blocked_by_added', 'issue_dependencies.blocking_added'])
  expect(
    (
      await refusal(
        ada.request('POST /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by', edge),
      )
    ).status,
  ).toBe(422)
  await ada.rest.issues.update({ ...stage.at, issue_number: blocker.number, state: 'closed' })
  const { data } = await ada.rest.issues.get({ ...stage.at, issue_number: task.number })
  expect(data.issue_dependencies_summary).toEqual({
    blocked_by: 0,
    total_blocked_by: 1,
    blocking: 0,
    total_blocking: 0,
  })
  const blocking = await ada.request(
    'GET /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocking',
    { ...stage.at, issue_number: blocker.number },
  )
  expect(blocking.data.map(each => each.number)).toEqual([task.number])
  await ada.request(
    'DELETE /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by/{issue_id}',
    edge,
  )
  expect(stage.repo.issues.get(blocker.number)?.blocking).toEqual([])
})

test('Enterprise Server has neither routes nor summaries', async () => {
  const old = await setStage({ profile: 'ghes' })
  const issue = (await old.as('ada').rest.issues.create({ ...old.at, title: 'old' })).data
  expect(issue.sub_issues_summary).toBeUndefined()
  const asked = old.as('ada').request('GET /repos/{owner}/{repo}/issues/{issue_number}/sub_issues', {
    ...old.at,
    issue_number: issue.number,
  })
  expect((await refusal(asked)).status).toBe(404)
  await old.twin.close()
})
