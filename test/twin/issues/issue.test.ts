import { afterAll, beforeAll, expect, test } from 'vitest'
import { refusal, type Stage, setStage } from '../stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await setStage()
})
afterAll(() => stage.twin.close())

async function open(title: string, extra: Record<string, unknown> = {}) {
  return (await stage.as('ada').rest.issues.create({ ...stage.at, title, ...extra })).data
}

test('labels set at creation are the author’s act in the timeline and the webhook', async () => {
  stage.news()
  const issue = await open('first', { labels: ['fresh', 'agent:x'] })
  expect(issue.labels.map(label => (label as { name: string }).name)).toEqual(['fresh', 'agent:x'])
  expect(stage.news()).toEqual([
    'label.created',
    'label.created',
    'issues.opened',
    'issues.labeled',
    'issues.labeled',
  ])
  const { data } = await stage
    .as('ada')
    .rest.issues.listEventsForTimeline({ ...stage.at, issue_number: issue.number })
  expect(data).toMatchObject([
    { event: 'labeled', actor: { login: 'ada' }, label: { name: 'fresh' } },
    { event: 'labeled', actor: { login: 'ada' }, label: { name: 'agent:x' } },
  ])
})

test('a stranger’s labels and assignees are dropped without a word', async () => {
  const { data } = await stage
    .as('eve')
    .rest.issues.create({ ...stage.at, title: 'from outside', labels: ['bug'], assignees: ['ada'] })
  expect(data).toMatchObject({ labels: [], assignees: [], author_association: 'NONE' })
  expect(
    (
      await refusal(
        stage.as('eve').rest.issues.addLabels({ ...stage.at, issue_number: data.number, labels: ['bug'] }),
      )
    ).status,
  ).toBe(403)
  const triaged = await stage
    .as('tim')
    .rest.issues.addLabels({ ...stage.at, issue_number: data.number, labels: ['bug'] })
  expect(triaged.data.map(label => label.name)).toEqual(['bug'])
})

test('update replaces labels, renames, closes with a reason and reopens', async () => {
  const { number } = await open('old title', { labels: ['a', 'b'], body: 'old' })
  stage.news()
  const ada = stage.as('ada')
  const { data } = await ada.rest.issues.update({
    ...stage.at,
    issue_number: number,
    title: 'new title',
    body: 'new',
    labels: ['b', 'c'],
    state: 'closed',
    state_reason: 'not_planned',
  })
  expect(data).toMatchObject({
    title: 'new title',
    state: 'closed',
    state_reason: 'not_planned',
    closed_by: { login: 'ada' },
  })
  expect(stage.news()).toEqual([
    'issues.edited',
    'issues.unlabeled',
    'label.created',
    'issues.labeled',
    'issues.closed',
  ])
  await ada.rest.issues.update({ ...stage.at, issue_number: number, state: 'open' })
  const timeline = await ada.rest.issues.listEventsForTimeline({ ...stage.at, issue_number: number })
  expect(timeline.data.map(entry => entry.event)).toEqual([
    'labeled',
    'labeled',
    'renamed',
    'unlabeled',
    'labeled',
    'closed',
    'reopened',
  ])
  expect(stage.repo.issues.get(number)?.edits).toMatchObject([{ title: 'old title', body: 'old' }])
})

test('nobody changes what others wrote without standing', async () => {
  const { number } = await open('mine')
  const issue = { ...stage.at, issue_number: number }
  expect((await refusal(stage.as('eve').rest.issues.update({ ...issue, title: 'hers' }))).status).toBe(403)
  expect((await refusal(stage.as('ada').rest.issues.update({ ...issue, title: '' }))).status).toBe(422)
  expect(stage.repo.issues.get(number)?.title).toBe('mine')
})

test('lists filter and page; pull requests are marked, closed ones left out', async () => {
  const ada = stage.as('ada')
  const one = await open('list me', { labels: ['listed'] })
  await open('list me too', { labels: ['listed', 'extra'] })
  const page = await ada.request('GET /repos/{owner}/{repo}/issues', {
    ...stage.at,
    labels: 'LISTED',
    per_page: 1,
  })
  expect(page.data.map(each => each.title)).toEqual(['list me too'])
  expect(page.headers.link).toContain('rel="next"')
  await ada.rest.issues.update({ ...stage.at, issue_number: one.number, state: 'closed' })
  const left = await ada.rest.issues.listForRepo({ ...stage.at, labels: 'listed' })
  expect(left.data.map(each => each.title)).toEqual(['list me too'])
})

test('comments: said, edited, deleted, told; an app is named as the one who did it', async () => {
  const { number } = await open('talk')
  const app = stage.app('talker', { issues: 'write', metadata: 'read' })
  stage.news()
  const said = await app.rest.issues.createComment({ ...stage.at, issue_number: number, body: 'hello' })
  expect(said.data).toMatchObject({
    user: { login: 'talker[bot]', type: 'Bot' },
    performed_via_github_app: { slug: 'talker' },
  })
  await app.rest.issues.updateComment({ ...stage.at, comment_id: said.data.id, body: 'hello again' })
  const timeline = await app.rest.issues.listEventsForTimeline({ ...stage.at, issue_number: number })
  expect(timeline.data).toMatchObject([
    { event: 'commented', body: 'hello again', author_association: 'NONE' },
  ])
  await app.rest.issues.deleteComment({ ...stage.at, comment_id: said.data.id })
  expect((await app.rest.issues.listComments({ ...stage.at, issue_number: number })).data).toEqual([])
  expect(stage.news()).toEqual(['issue_comment.created', 'issue_comment.edited', 'issue_comment.deleted'])
  expect(
    (await refusal(app.rest.issues.createComment({ ...stage.at, issue_number: 9999, body: 'x' }))).status,
  ).toBe(404)
})

test('a reaction is 201 the first time and 200 the second', async () => {
  const { number } = await open('react')
  const issue = { ...stage.at, issue_number: number, content: 'eyes' as const }
  const eve = stage.as('eve')
  expect((await eve.rest.reactions.createForIssue(issue)).status).toBe(201)
  expect((await eve.rest.reactions.createForIssue(issue)).status).toBe(200)
  const { data } = await eve.rest.issues.get(issue)
  expect(data.reactions).toMatchObject({ total_count: 1, eyes: 1 })
})

test('a mention leaves a cross-reference, code and comments do not', async () => {
  const target = await open('target')
  const source = await open('source', { body: `see #${target.number}, not \`#1\` <!-- #2 -->` })
  const { data } = await stage
    .as('ada')
    .rest.issues.listEventsForTimeline({ ...stage.at, issue_number: target.number })
  expect(data).toMatchObject([{ event: 'cross-referenced', source: { issue: { number: source.number } } }])
  const first = await stage.as('ada').rest.issues.listEventsForTimeline({ ...stage.at, issue_number: 1 })
  expect(first.data.some(entry => entry.event === 'cross-referenced')).toBe(false)
})

test('labels are found whatever their case, renamed everywhere, and made once', async () => {
  const ada = stage.as('ada')
  await ada.rest.issues.createLabel({ ...stage.at, name: 'Phase One', color: 'ff0000' })
  expect((await refusal(ada.rest.issues.createLabel({ ...stage.at, name: 'phase one' }))).message).toContain(
    'already_exists',
  )
  const issue = await open('with label', { labels: ['phase one'] })
  await ada.rest.issues.updateLabel({ ...stage.at, name: 'phase one', new_name: 'phase two' })
  const { data } = await ada.rest.issues.listLabelsOnIssue({ ...stage.at, issue_number: issue.number })
  expect(data).toMatchObject([{ name: 'phase two', color: 'ff0000' }])
})
