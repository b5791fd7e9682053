import { createUser, tokenFor } from '../../../twin/seed.ts'
import { createBranch, openPull, pushCommit, settled } from '../act.ts'
import { createClient } from '../client.ts'
import type { Guide } from './guide.ts'

type Id = { id: number }

export async function tourPulls(guide: Guide): Promise<void> {
  const { twin, site, app, owner } = guide
  const [base, head] = [site.name('onto'), site.name('head')]
  await createBranch(site, base)
  await createBranch(site, head, { files: { 'src/tour.txt': 'one\ntwo\n' } })
  const pull = await openPull(site, { base, head, body: 'a tour' })
  const at = `./pulls/${pull.number}`
  await settled(site, pull.number)
  await app.send('PATCH', at, { title: 'Tour', body: 'changed' })
  for (const path of ['', '/files', '/commits']) await app.get(at + path)
  await app.get(`./pulls?state=all&base=${base}&sort=updated&direction=desc`)
  await app.get('./issues?state=all')
  createUser(twin.state, 'reviewer')
  await owner.send('PUT', './collaborators/reviewer', { permission: 'push' })
  await app.send('POST', `${at}/requested_reviewers`, { reviewers: ['reviewer'] })
  await app.get(`${at}/requested_reviewers`)
  await app.send('DELETE', `${at}/requested_reviewers`, { reviewers: ['reviewer'] })
  await tourReviews(guide, at)
  await pushCommit(app, base, { 'base.txt': 'moved' })
  const { sha } = (await app.get<{ head: { sha: string } }>(at)).head
  await app.send('PUT', `${at}/update-branch`, { expected_head_sha: sha })
  const fresh = await site.until('the update', async () => {
    const now = await settled(site, pull.number)
    return now.head.sha !== sha && now
  })
  await app.get(`./commits/${fresh.head.sha}/pulls`)
  await app.send('PUT', `${at}/merge`, { sha: fresh.head.sha, merge_method: 'squash', commit_title: 'Tour' })
  await app.get(`${at}/merge`)
  await app.get(at)
}

async function tourReviews({ twin, site, app, owner }: Guide, at: string): Promise<void> {
  const reviewer = createClient(site.door, async () => `token ${tokenFor(twin.state, 'reviewer')}`)
  const comments = [{ path: 'src/tour.txt', line: 1, side: 'RIGHT', body: 'why?' }]
  const pending = await reviewer.send<Id>('POST', `${at}/reviews`, { body: 'first', comments })
  await reviewer.send('PUT', `${at}/reviews/${pending.id}`, { body: 'first, changed' })
  await reviewer.send('DELETE', `${at}/reviews/${pending.id}`)
  const review = await reviewer.send<Id>('POST', `${at}/reviews`, { body: 'second', comments })
  await reviewer.send('POST', `${at}/reviews/${review.id}/events`, { event: 'APPROVE', body: 'fine' })
  for (const path of [`${at}/reviews`, `${at}/reviews/${review.id}`, `${at}/reviews/${review.id}/comments`])
    await app.get(path)
  await owner.send('PUT', `${at}/reviews/${review.id}/dismissals`, { message: 'too early' })
  const { sha } = (await app.get<{ head: { sha: string } }>(at)).head
  await app.send('POST', `${at}/comments`, {
    body: 'because',
    path: 'src/tour.txt',
    commit_id: sha,
    line: 2,
    side: 'RIGHT',
  })
  await app.get(`${at}/comments`)
}
