import { equal, match } from 'node:assert/strict'
import { createBranch, headOf, openPull, type Pull, pushCommit, report, setRules, settled } from '../act.ts'
import type { Case } from '../case.ts'
import type { Site } from '../site.ts'

/** Two branches, one change apart, and a pull request between them. */
async function propose(
  site: Site,
  draft = false,
): Promise<{ base: string; head: string; sha: string; pull: Pull }> {
  const [base, head] = [site.name('onto'), site.name('head')]
  await createBranch(site, base)
  const sha = await createBranch(site, head, { files: { [`${head}.txt`]: head } })
  const pull = await openPull(site, { base, head, ...(draft ? { draft } : {}) })
  return { base, head, sha, pull }
}

function merge(site: Site, pull: Pull, sha?: string) {
  return site.app.ask('PUT', `./pulls/${pull.number}/merge`, { body: sha === undefined ? {} : { sha } })
}

async function nullFirst(site: Site): Promise<void> {
  const { pull } = await propose(site)
  equal(pull.mergeable, null, 'the answer to the creation does not know yet')
  equal((await settled(site, pull.number)).mergeable, true)
}

async function movedHead(site: Site): Promise<void> {
  const { head, sha, pull } = await propose(site)
  await settled(site, pull.number)
  await pushCommit(site.app, head, { 'more.txt': 'more' })
  const refused = await merge(site, pull, sha)
  equal(refused.status, 409)
  match(String(refused.body.message), /Head branch was modified/)
}

async function refusalTexts(site: Site): Promise<void> {
  const base = site.name('onto')
  const start = await createBranch(site, base, { files: { 'same.txt': 'one\n' } })
  const head = site.name('clash')
  const sha = await createBranch(site, head, { from: start, files: { 'same.txt': 'two\n' } })
  await pushCommit(site.app, base, { 'same.txt': 'three\n' })
  const conflict = await openPull(site, { base, head })
  equal((await settled(site, conflict.number)).mergeable, false)
  const refused = await merge(site, conflict, sha)
  equal(refused.status, 405)
  match(String(refused.body.message), /not mergeable/i)
  const done = await propose(site)
  await settled(site, done.pull.number)
  equal((await merge(site, done.pull, done.sha)).status, 200)
  const twice = await merge(site, done.pull)
  equal(twice.status, 405, 'merged already')
  site.note(`conflict: ${refused.body.message}; merged: ${twice.body.message}`)
}

async function refusesDraft(site: Site): Promise<void> {
  const { pull, sha } = await propose(site, true)
  const refused = await merge(site, pull, sha)
  equal(refused.status, 405)
  match(String(refused.body.message), /draft/i)
}

function checks(contexts: { context: string; integration_id?: number }[], strict = false) {
  const parameters = { required_status_checks: contexts, strict_required_status_checks_policy: strict }
  return { type: 'required_status_checks', parameters }
}

async function pinnedCheck(site: Site): Promise<void> {
  const { base, pull, sha } = await propose(site)
  await setRules(site, base, [checks([{ context: 'pinned', integration_id: site.appId }])])
  await settled(site, pull.number)
  await site.owner.send('POST', `./statuses/${sha}`, { state: 'success', context: 'pinned' })
  const refused = await merge(site, pull, sha)
  equal(refused.status, 405, 'the same name by somebody else does not count')
  match(String(refused.body.message), /"pinned"/)
  site.note(String(refused.body.message).replaceAll('\n', ' '))
  await report(site, 'pinned', sha)
  equal((await merge(site, pull, sha)).status, 200)
}

async function strictCheck(site: Site): Promise<void> {
  const { base, head, pull, sha } = await propose(site)
  await setRules(site, base, [checks([{ context: 'strict' }], true)])
  await report(site, 'strict', sha)
  // The base moves by a merge of another pull request whose check is there: a direct push would be refused.
  const other = site.name('other')
  const ahead = await createBranch(site, other, {
    from: await headOf(site.app, base),
    files: { 'ahead.txt': other },
  })
  await report(site, 'strict', ahead)
  const first = await openPull(site, { base, head: other })
  await settled(site, first.number)
  equal((await merge(site, first, ahead)).status, 200)
  const refused = await site.until('the older pull request to be behind', async () => {
    const reply = await merge(site, pull, sha)
    return reply.status !== 200 && reply
  })
  equal(refused.status, 405, 'it is behind')
  const body = { expected_head_sha: sha }
  equal((await site.app.ask('PUT', `./pulls/${pull.number}/update-branch`, { body })).status, 202)
  const fresh = await site.until('the branch to be updated', async () => {
    const now = await headOf(site.app, head)
    return now !== sha && now
  })
  await report(site, 'strict', fresh)
  await site.until(
    'the updated pull request to land',
    async () => (await merge(site, pull, fresh)).status === 200,
  )
}

async function expectedHeadOfUpdate(site: Site): Promise<void> {
  const { base, pull } = await propose(site)
  await pushCommit(site.app, base, { 'base.txt': base })
  const body = { expected_head_sha: '0'.repeat(40) }
  equal((await site.app.ask('PUT', `./pulls/${pull.number}/update-branch`, { body })).status, 422)
}

type Review = { id: number; state: string }

async function staleApproval(site: Site): Promise<void> {
  const { base, head, pull, sha } = await propose(site)
  const parameters = {
    dismiss_stale_reviews_on_push: true,
    require_code_owner_review: false,
    require_last_push_approval: false,
    required_approving_review_count: 1,
    required_review_thread_resolution: false,
  }
  await setRules(site, base, [{ type: 'pull_request', parameters }])
  await settled(site, pull.number)
  equal((await merge(site, pull, sha)).status, 405, 'nobody has approved')
  const approval = { event: 'APPROVE', commit_id: sha }
  const made = await site.owner.send<Review>('POST', `./pulls/${pull.number}/reviews`, approval)
  equal(made.state, 'APPROVED')
  const moved = await pushCommit(site.app, head, { 'stale.txt': head })
  const shown = await site.until('the approval to be dismissed', async () => {
    const review = await site.app.get<Review>(`./pulls/${pull.number}/reviews/${made.id}`)
    return review.state !== 'APPROVED' && review
  })
  equal(shown.state, 'DISMISSED')
  equal((await merge(site, pull, moved)).status, 405)
  await site.owner.send('POST', `./pulls/${pull.number}/reviews`, { event: 'APPROVE', commit_id: moved })
  await settled(site, pull.number)
  equal((await merge(site, pull, moved)).status, 200)
}

async function ownPull(site: Site): Promise<void> {
  const { pull } = await propose(site)
  const reply = await site.app.ask('POST', `./pulls/${pull.number}/reviews`, { body: { event: 'APPROVE' } })
  equal(reply.status, 422)
}

async function ownComment(site: Site): Promise<void> {
  const { head, sha, pull } = await propose(site)
  const path = `${head}.txt`
  const say = (line: number) => ({
    commit_id: sha,
    event: 'COMMENT',
    body: 'words',
    comments: [{ path, line, body: 'here' }],
  })
  const refused = await site.app.ask('POST', `./pulls/${pull.number}/reviews`, { body: say(400) })
  equal(refused.status, 422)
  site.note(JSON.stringify(refused.body))
  equal((await site.app.get<Review[]>(`./pulls/${pull.number}/reviews`)).length, 0, 'nothing of it was taken')
  const made = await site.app.send<Review>('POST', `./pulls/${pull.number}/reviews`, say(1))
  equal(made.state, 'COMMENTED')
}

async function onlyOnce(site: Site): Promise<void> {
  const { base, head } = await propose(site)
  const reply = await site.app.ask('POST', './pulls', { body: { base, head, title: 'again' } })
  equal(reply.status, 422)
  match(JSON.stringify(reply.body), /A pull request already exists/)
}

export const pullCases: Case[] = [
  {
    id: 'mergeable-null',
    title: 'mergeable is null at first and is computed after that',
    cites: '3.3',
    basis: 'documented',
    run: nullFirst,
  },
  {
    id: 'merge-moved-head',
    title: 'A merge whose sha is no longer the head answers 409',
    cites: '3.4',
    basis: 'documented',
    run: movedHead,
  },
  {
    id: 'merge-refused',
    title: 'A merge with a conflict, or a second one, answers 405',
    cites: '3.4',
    basis: 'unproven',
    run: refusalTexts,
  },
  {
    id: 'merge-draft',
    title: 'A merge of a draft answers 405',
    cites: '3.4',
    basis: 'unproven',
    run: refusesDraft,
  },
  {
    id: 'check-pinned',
    title: 'A required check that is pinned to an app is not fulfilled by anybody else',
    cites: '3.2',
    basis: 'documented',
    run: pinnedCheck,
  },
  {
    id: 'check-strict',
    title:
      'With strict checks a pull request that is behind cannot land until it was updated and checked again',
    cites: '3.2',
    basis: 'documented',
    run: strictCheck,
  },
  {
    id: 'update-branch-expected',
    title: 'update-branch refuses another expected_head_sha with 422',
    cites: '3.4',
    basis: 'documented',
    run: expectedHeadOfUpdate,
  },
  {
    id: 'stale-approval',
    title: 'A push dismisses approvals where the rules say so, and the merge waits for a new one',
    cites: '3.5',
    basis: 'documented',
    run: staleApproval,
  },
  {
    id: 'own-approval',
    title: 'Nobody approves a pull request of their own',
    cites: '3.5',
    basis: 'unproven',
    run: ownPull,
  },
  {
    id: 'own-comment',
    title: 'A review as a comment on one’s own pull request; one line outside of the diff refuses all of it',
    cites: '3.6',
    basis: 'unproven',
    run: ownComment,
  },
  {
    id: 'pull-once',
    title: 'A second pull request between the same branches is refused with 422',
    cites: '3.4',
    basis: 'unproven',
    run: onlyOnce,
  },
]
