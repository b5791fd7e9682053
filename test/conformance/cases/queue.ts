import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { createBranch, headOf, openPull, type Pull, report, settled } from '../act.ts'
import type { Case } from '../case.ts'
import type { Site } from '../site.ts'

const QUEUE = {
  check_response_timeout_minutes: 60,
  grouping_strategy: 'ALLGREEN',
  max_entries_to_build: 5,
  max_entries_to_merge: 5,
  merge_method: 'MERGE',
  min_entries_to_merge: 1,
  min_entries_to_merge_wait_minutes: 1,
}
const CHECK = 'queue-check'

/** A branch with a queue that asks for one check. Skips where this owner may have none. */
async function openQueue(site: Site): Promise<string> {
  const base = site.name('onto')
  await createBranch(site, base)
  const required_status_checks = [{ context: CHECK }]
  const checks = { required_status_checks, strict_required_status_checks_policy: false }
  const made = await site.owner.ask<{ id: number; message?: string }>('POST', './rulesets', {
    body: {
      name: site.name('rules'),
      target: 'branch',
      enforcement: 'active',
      conditions: { ref_name: { include: [`refs/heads/${base}`], exclude: [] } },
      rules: [
        { type: 'required_status_checks', parameters: checks },
        { type: 'merge_queue', parameters: QUEUE },
      ],
    },
  })
  if (made.status === 422) site.skip(`no merge queue may be asked for here: ${made.body.message}`)
  equal(made.status, 201)
  site.later(() => site.owner.send('DELETE', `./rulesets/${made.body.id}`))
  return base
}

async function propose(site: Site, base: string, passed = true): Promise<Pull> {
  const head = site.name('head')
  const sha = await createBranch(site, head, { files: { [`${head}.txt`]: head } })
  const pull = await openPull(site, { base, head })
  await settled(site, pull.number)
  if (passed) await report(site, CHECK, sha)
  return pull
}

function enqueue(site: Site, { node_id: id, head: { sha } }: Pull, expected = sha) {
  const mutation = `mutation($id: ID!, $head: GitObjectID!) {
    enqueuePullRequest(input: { pullRequestId: $id, expectedHeadOid: $head }) { mergeQueueEntry { position } }
  }`
  return site.app.graphql(mutation, { id, head: expected })
}

type Entry = { state: string; pullRequest: { number: number }; headCommit: { oid: string } | null }

async function entriesOf(site: Site, branch: string): Promise<Entry[]> {
  const query = `query($owner: String!, $repo: String!, $branch: String!) {
    repository(owner: $owner, name: $repo) { mergeQueue(branch: $branch) { entries(first: 100) {
      nodes { state pullRequest { number } headCommit { oid } }
    } } }
  }`
  const [owner, repo] = site.door.repository.split('/')
  type Answer = { repository: { mergeQueue: { entries: { nodes: Entry[] } } | null } }
  const { data } = await site.app.graphql<Answer>(query, { owner, repo, branch })
  return data?.repository.mergeQueue?.entries.nodes ?? []
}

/** Waits until all of them are built. */
function built(site: Site, base: string, count: number): Promise<Entry[]> {
  return site.until(`${count} groups`, async () => {
    const entries = await entriesOf(site, base)
    return entries.length === count && entries.every(entry => entry.headCommit !== null) && entries
  })
}

async function onlyEligible(site: Site): Promise<void> {
  const base = await openQueue(site)
  const early = await propose(site, base, false)
  notEqual((await enqueue(site, early)).errors.length, 0, 'a required check is missing')
  const pull = await propose(site, base)
  notEqual((await enqueue(site, pull, 'f'.repeat(40))).errors.length, 0, 'another head is expected')
  deepEqual(await entriesOf(site, base), [])
  deepEqual((await enqueue(site, pull)).errors, [])
  equal((await entriesOf(site, base)).length, 1)
}

async function oneRunEach(site: Site): Promise<void> {
  const base = await openQueue(site)
  const tip = await headOf(site.app, base)
  const pulls = [await propose(site, base), await propose(site, base)]
  for (const pull of pulls) deepEqual((await enqueue(site, pull)).errors, [])
  const heads = (await built(site, base, 2)).map(entry => entry.headCommit!.oid)
  equal(new Set(heads).size, 2, 'limits on merging combine no builds')
  const refs = await site.app.get<{ ref: string; object: { sha: string } }[]>(
    `./git/matching-refs/heads/gh-readonly-queue/${base}/`,
  )
  const first = refs.find(({ ref }) => ref.includes(`/pr-${pulls[0]!.number}-`))
  ok(first, 'the group has a branch of its own')
  equal(first.object.sha, heads[0])
  ok(first.ref.endsWith(`-${tip}`), 'its name ends with what it stands on, not with its head')
}

async function landsTheGroup(site: Site): Promise<void> {
  const base = await openQueue(site)
  const pull = await propose(site, base)
  const direct = await site.app.ask('PUT', `./pulls/${pull.number}/merge`, { body: { sha: pull.head.sha } })
  equal(direct.status, 405, 'the direct merge is refused')
  match(String(direct.body.message), /merge queue/i)
  deepEqual((await enqueue(site, pull)).errors, [])
  const [entry] = await built(site, base, 1)
  await report(site, CHECK, entry!.headCommit!.oid)
  await site.until('it is merged', async () => (await site.app.get<Pull>(`./pulls/${pull.number}`)).merged)
  equal(await headOf(site.app, base), entry!.headCommit!.oid, 'what was judged is what the branch is at')
  deepEqual(await entriesOf(site, base), [])
}

async function redLeaves(site: Site): Promise<void> {
  const base = await openQueue(site)
  const tip = await headOf(site.app, base)
  const pull = await propose(site, base)
  deepEqual((await enqueue(site, pull)).errors, [])
  const [entry] = await built(site, base, 1)
  await report(site, CHECK, entry!.headCommit!.oid, 'failure')
  await site.until('it has left', async () => (await entriesOf(site, base)).length === 0)
  equal((await site.app.get<Pull>(`./pulls/${pull.number}`)).state, 'open')
  equal(await headOf(site.app, base), tip)
}

export const queueCases: Case[] = [
  {
    id: 'queue-eligible',
    title:
      'Only what passes its required checks is taken into a merge queue, and only with the expected head',
    cites: '3.7',
    basis: 'unproven',
    run: onlyEligible,
  },
  {
    id: 'queue-one-run-each',
    title: 'Each entry of a merge queue is judged on a branch of its own, named after what it stands on',
    cites: '3.7',
    basis: 'unproven',
    run: oneRunEach,
  },
  {
    id: 'queue-lands',
    title:
      'With a merge queue a direct merge answers 405, and the judged commit is what the branch comes to be at',
    cites: '3.7',
    basis: 'unproven',
    run: landsTheGroup,
  },
  {
    id: 'queue-red',
    title: 'What is red in a merge queue leaves it, and stays open',
    cites: '3.7',
    basis: 'unproven',
    run: redLeaves,
  },
]
