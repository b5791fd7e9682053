import { expect, test } from 'vitest'
import { deleteIssue, transferIssue } from '../../../twin/issues/departure.ts'
import { addBlockedBy } from '../../../twin/issues/dependency.ts'
import { createIssue } from '../../../twin/issues/issue.ts'
import { createRepo } from '../../../twin/seed.ts'
import { setStage } from '../stage.ts'

test('a deleted issue leaves no link behind; a moved one keeps its id and its links', async () => {
  const { twin, repo, news, as, at } = await setStage()
  const { state } = twin
  const by = { is: 'user', account: repo.owner } as const
  const [task, gone, moved] = ['task', 'gone', 'moved'].map(title => createIssue(state, repo, { title }, by))
  if (!task || !gone || !moved) throw new Error('three issues')
  for (const blocker of [gone, moved]) {
    addBlockedBy(state, { blocked: { repo, issue: task }, blocker: { repo, issue: blocker } }, by)
  }
  const other = await createRepo(state, { owner: 'ada', name: 'other' })
  news()
  deleteIssue(state, repo, gone, by)
  transferIssue(state, repo, { issue: moved, to: other }, by)
  expect(news()).toEqual(['issues.deleted', 'issues.transferred', 'issues.opened'])
  const path = 'GET /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by'
  const { data } = await as('ada').request(path, { ...at, issue_number: task.number })
  expect(data).toMatchObject([
    { id: moved.id, number: 1, repository_url: expect.stringContaining('/ada/other') },
  ])
  await twin.close()
})
