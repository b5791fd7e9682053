import { openIssue } from '../act.ts'
import type { Guide } from './guide.ts'

type Id = { id: number }

export async function tourIssues(guide: Guide): Promise<void> {
  const { site, app, owner } = guide
  await app.send('POST', './labels', { name: 'tour', color: 'ededed', description: 'of the tour' })
  await app.send('PATCH', './labels/tour', { new_name: 'toured' })
  for (const path of ['./labels', './labels/toured']) await app.get(path)
  const issue = await openIssue(site, { labels: ['toured'] })
  const at = `./issues/${issue.number}`
  await app.send('PATCH', at, { title: 'Tour', state: 'open', body: 'of the twin' })
  await app.send('POST', `${at}/labels`, { labels: ['more'] })
  await app.send('PUT', `${at}/labels`, { labels: ['toured', 'other'] })
  await app.send('DELETE', `${at}/labels/other`)
  await app.get(`${at}/labels`)
  const person = await owner.get<{ login: string }>('/user')
  await app.send('POST', `${at}/assignees`, { assignees: [person.login] })
  await app.get(at)
  await app.get(`./issues?labels=toured&state=all&assignee=${person.login}&since=2026-01-01T00:00:00Z`)
  await app.send('DELETE', `${at}/assignees`, { assignees: [person.login] })
  await app.send('PUT', `${at}/lock`, { lock_reason: 'resolved' })
  await app.send('DELETE', `${at}/lock`)
  await tourTalk(guide, at)
  await tourLinks(guide, issue)
  await app.send('PATCH', at, { state: 'closed', state_reason: 'not_planned' })
  await app.send('DELETE', `${at}/labels`)
  for (const path of [`${at}/timeline`, `${at}/events`, './issues/events']) await app.get(path)
  const [event] = await app.get<Id[]>(`${at}/events`)
  await app.get(`./issues/events/${event?.id}`)
  await app.send('DELETE', './labels/toured')
}

async function tourTalk({ app }: Guide, at: string): Promise<void> {
  const comment = await app.send<Id>('POST', `${at}/comments`, { body: 'hello' })
  const said = `./issues/comments/${comment.id}`
  await app.send('PATCH', said, { body: 'hello again' })
  for (const path of [`${at}/comments`, './issues/comments', said]) await app.get(path)
  for (const place of [at, said]) {
    const reaction = await app.send<Id>('POST', `${place}/reactions`, { content: '+1' })
    await app.get(`${place}/reactions`)
    await app.send('DELETE', `${place}/reactions/${reaction.id}`)
  }
  await app.send('DELETE', said)
}

async function tourLinks({ site, app }: Guide, issue: { number: number }): Promise<void> {
  const at = `./issues/${issue.number}`
  const [first, second, blocker] = [await openIssue(site), await openIssue(site), await openIssue(site)]
  for (const child of [first, second]) await app.send('POST', `${at}/sub_issues`, { sub_issue_id: child.id })
  await app.send('PATCH', `${at}/sub_issues/priority`, { sub_issue_id: second.id, before_id: first.id })
  await app.get(`${at}/sub_issues`)
  await app.get(`./issues/${first.number}/parent`)
  await app.send('DELETE', `${at}/sub_issue`, { sub_issue_id: first.id })
  const blocked = `${at}/dependencies/blocked_by`
  await app.send('POST', blocked, { issue_id: blocker.id })
  await app.get(blocked)
  await app.get(`./issues/${blocker.number}/dependencies/blocking`)
  await app.get(at)
  await app.send('DELETE', `${blocked}/${blocker.id}`)
}
