import { equal, match, ok } from 'node:assert/strict'
import { createBranch, dropRef, headOf, writeCommit } from '../act.ts'
import type { Case } from '../case.ts'
import { awaitDeliveries, findDeliveries } from '../deliveries.ts'
import type { Site } from '../site.ts'

const ZERO = '0'.repeat(40)
const UPDATE = `mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }`

type Change = { name: string; beforeOid?: string; afterOid: string; force?: boolean }

async function repositoryNode(site: Site): Promise<string> {
  return (await site.app.get<{ node_id: string }>('.')).node_id
}

async function updateRefs(site: Site, refUpdates: Change[]) {
  const input = { repositoryId: await repositoryNode(site), refUpdates }
  return site.app.graphql(UPDATE, { input })
}

/** What a ref holds; null when there is none. */
async function held(site: Site, ref: string): Promise<string | null> {
  const reply = await site.app.ask<{ object: { sha: string } }>('GET', `./git/ref/${ref}`)
  return reply.status === 200 ? reply.body.object.sha : null
}

async function createsOnce(site: Site): Promise<void> {
  const sha = await headOf(site.app, site.defaultBranch)
  const name = site.name('once')
  site.later(() => dropRef(site.app, `heads/${name}`))
  const body = { ref: `refs/heads/${name}`, sha }
  const asked = await Promise.all([1, 2, 3].map(() => site.app.ask('POST', './git/refs', { body })))
  equal(asked.filter(reply => reply.status === 201).length, 1, 'exactly one of three wins')
  const second = await site.app.ask('POST', './git/refs', { body })
  equal(second.status, 422)
  match(String(second.body.message), /^Reference already exists/)
}

async function ownNamespace(site: Site): Promise<void> {
  const sha = await headOf(site.app, site.defaultBranch)
  const name = site.name('ref')
  const ref = `conformance/${name}`
  site.later(() => dropRef(site.app, ref))
  await site.app.send('POST', './git/refs', { ref: `refs/${ref}`, sha })
  equal(await held(site, ref), sha)
  const listed = await site.app.get<{ ref: string }[]>(`./git/matching-refs/conformance/${name.slice(0, -1)}`)
  ok(
    listed.some(one => one.ref === `refs/${ref}`),
    'matching-refs lists it by prefix',
  )
  const branches = await site.app.get<{ name: string }[]>('./branches?per_page=100')
  ok(!branches.some(one => one.name.includes(name)), 'it is no branch')
  equal((await site.app.ask('DELETE', `./git/refs/${ref}`)).status, 204)
  equal(await held(site, ref), null)
}

async function silent(site: Site): Promise<void> {
  const ref = `conformance/${site.name('silent')}`
  const base = await headOf(site.app, site.defaultBranch)
  const next = await writeCommit(site.app, { parent: base, files: { 'silent.txt': ref } })
  site.later(() => dropRef(site.app, ref))
  await site.app.send('POST', './git/refs', { ref: `refs/${ref}`, sha: base })
  await site.app.send('PATCH', `./git/refs/${ref}`, { sha: next })
  await site.app.ask('DELETE', `./git/refs/${ref}`)
  const branch = site.name('heard')
  await createBranch(site, branch)
  // The branch was made last: once its delivery is there, those of the other ref would be too.
  await awaitDeliveries(site, { event: 'create', matches: payload => payload.ref === branch })
  for (const event of ['create', 'push', 'delete']) {
    const about = await findDeliveries(site, event, payload => String(payload.ref).includes(ref))
    equal(about.length, 0, `no ${event} for ${ref}`)
  }
}

async function compareAndSwap(site: Site): Promise<void> {
  const base = await headOf(site.app, site.defaultBranch)
  const next = await writeCommit(site.app, { parent: base, files: { 'next.txt': '1' } })
  const [a, b] = [`conformance/${site.name('cas')}`, `conformance/${site.name('cas')}`]
  for (const ref of [a, b]) site.later(() => dropRef(site.app, ref))
  const made = await updateRefs(
    site,
    [a, b].map(ref => ({ name: `refs/${ref}`, beforeOid: ZERO, afterOid: base })),
  )
  equal(made.errors.length, 0, JSON.stringify(made.errors))
  equal(await held(site, a), base)

  const again = await updateRefs(site, [{ name: `refs/${a}`, beforeOid: ZERO, afterOid: next }])
  ok(again.errors.length > 0, 'forty zeros mean: must not exist')
  equal(again.status, 200, 'a refusal comes with HTTP 200')
  const same = await updateRefs(site, [{ name: `refs/${a}`, beforeOid: ZERO, afterOid: base }])
  ok(same.errors.length > 0, 'also where it stands at that very commit: only one of two may have made it')

  const half = await updateRefs(site, [
    { name: `refs/${a}`, beforeOid: base, afterOid: next },
    { name: `refs/${b}`, beforeOid: next, afterOid: next },
  ])
  ok(half.errors.length > 0, 'a wrong beforeOid is refused')
  equal(await held(site, a), base, 'one refused change takes all others with it')

  const both = await updateRefs(site, [
    { name: `refs/${a}`, beforeOid: base, afterOid: next },
    { name: `refs/${b}`, beforeOid: base, afterOid: ZERO },
  ])
  equal(both.errors.length, 0, JSON.stringify(both.errors))
  equal(await held(site, a), next)
  equal(await held(site, b), null, 'forty zeros after: deleted')
}

async function fastForwardOnly(site: Site): Promise<void> {
  const base = await headOf(site.app, site.defaultBranch)
  const branch = site.name('forward')
  await createBranch(site, branch, { from: base, files: { 'one.txt': '1' } })
  const aside = await writeCommit(site.app, { parent: base, files: { 'two.txt': '2' } })
  const reply = await site.app.ask('PATCH', `./git/refs/heads/${branch}`, { body: { sha: aside } })
  equal(reply.status, 422)
  match(String(reply.body.message), /Update is not a fast forward/)
  const forced = await site.app.ask('PATCH', `./git/refs/heads/${branch}`, {
    body: { sha: aside, force: true },
  })
  equal(forced.status, 200)
}

export const refCases: Case[] = [
  {
    id: 'create-ref-once',
    title: 'Creating a ref that exists answers 422, so that one of many callers wins',
    cites: '4.1',
    basis: 'documented',
    run: createsOnce,
  },
  {
    id: 'own-namespace',
    title: 'Refs below refs/ of our own can be made, listed by prefix and deleted over REST',
    cites: '4.2',
    basis: 'unproven',
    run: ownNamespace,
  },
  {
    id: 'own-namespace-silent',
    title: 'Refs that are no branch and no tag send no push, create or delete webhook',
    cites: '4.2',
    basis: 'documented',
    run: silent,
  },
  {
    id: 'update-refs',
    title: 'updateRefs compares before it sets, for many refs at once or none, with forty zeros for "absent"',
    cites: '4.3',
    basis: 'documented',
    run: compareAndSwap,
  },
  {
    id: 'update-ref-fast-forward',
    title: 'PATCH git/refs refuses what is no fast-forward with 422 unless forced',
    cites: '4.1',
    basis: 'documented',
    run: fastForwardOnly,
  },
]
