import { equal, match, notEqual, ok } from 'node:assert/strict'
import { createBranch, headOf, writeCommit } from '../act.ts'
import type { Case } from '../case.ts'
import type { Site } from '../site.ts'

const COMMIT = `mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }`

type Made = { createCommitOnBranch: { commit: { oid: string } } }

function commitOnBranch(site: Site, branch: string, expectedHeadOid: string, path = 'graphql.txt') {
  const input = {
    branch: { repositoryNameWithOwner: site.door.repository, branchName: branch },
    expectedHeadOid,
    message: { headline: 'conformance: by GraphQL' },
    fileChanges: { additions: [{ path, contents: Buffer.from(path).toString('base64') }] },
  }
  return site.app.graphql<Made>(COMMIT, { input })
}

type Verified = { verification: { verified: boolean; reason: string } }
type Committed = { commit: Verified; committer: { login: string } | null }
const verification = async (site: Site, sha: string) =>
  (await site.app.get<Verified>(`./git/commits/${sha}`)).verification

async function expectedHead(site: Site): Promise<void> {
  const branch = site.name('expected')
  const head = await createBranch(site, branch, { files: { 'a.txt': 'a' } })
  const base = await headOf(site.app, site.defaultBranch)
  const stale = await commitOnBranch(site, branch, base)
  equal(stale.status, 200, 'GraphQL refuses with HTTP 200')
  match(stale.errors[0]?.message ?? '', /Expected branch to point to/)
  site.note(`type ${stale.errors[0]?.type}`)
  equal(await headOf(site.app, branch), head, 'nothing moved')
  const fresh = await commitOnBranch(site, branch, head)
  equal(fresh.errors.length, 0, JSON.stringify(fresh.errors))
  equal(await headOf(site.app, branch), fresh.data?.createCommitOnBranch.commit.oid)
}

async function verifiedWithoutAuthor(site: Site): Promise<void> {
  const parent = await headOf(site.app, site.defaultBranch)
  const plain = await writeCommit(site.app, { parent, files: { 'plain.txt': site.stamp } })
  const shown = await verification(site, plain)
  ok(shown.verified, `a commit without author is ${shown.reason}`)
  const { committer } = await site.app.get<Committed>(`./commits/${plain}`)
  equal(committer?.login, 'web-flow', 'GitHub commits, and signs, what an app gives it')
  const author = { name: 'Somebody', email: 'somebody@example.com' }
  const named = await writeCommit(site.app, { parent, files: { 'named.txt': site.stamp }, author })
  const unsigned = await verification(site, named)
  equal(unsigned.verified, false)
  equal(unsigned.reason, 'unsigned')
}

async function verifiedByGraphql(site: Site): Promise<void> {
  const branch = site.name('signed')
  const head = await createBranch(site, branch)
  const made = await commitOnBranch(site, branch, head)
  const oid = made.data?.createCommitOnBranch.commit.oid ?? ''
  ok((await verification(site, oid)).verified)
}

async function mergeAnswers(site: Site): Promise<void> {
  const base = site.name('into')
  const start = await createBranch(site, base, { files: { 'shared.txt': 'one\n' } })
  const head = site.name('from')
  await createBranch(site, head, { from: start, files: { 'shared.txt': 'two\n' } })
  const merge = (from: string) => site.app.ask('POST', './merges', { body: { base, head: from } })
  const made = await merge(head)
  equal(made.status, 201)
  const { sha } = made.body as { sha: string }
  const shown = await site.app.get<Committed>(`./commits/${sha}`)
  ok(shown.commit.verification.verified, `a merge is ${shown.commit.verification.reason}`)
  equal(shown.committer?.login, 'web-flow', 'GitHub commits, and signs, what it merges')
  equal((await merge(head)).status, 204, 'nothing to do')
  const other = site.name('clash')
  await createBranch(site, other, { from: start, files: { 'shared.txt': 'three\n' } })
  equal((await merge(other)).status, 409, 'conflict')
  equal((await merge(site.name('absent'))).status, 404)
}

async function workflowsPermission(site: Site): Promise<void> {
  const client = await site.credentials.narrowed({ permissions: { contents: 'write' } })
  const branch = site.name('workflow')
  const parent = await createBranch(site, branch)
  const path = '.github/workflows/conformance-refused.yml'
  const body = {
    branch,
    message: 'conformance: must be refused',
    content: Buffer.from('on: workflow_dispatch\njobs: {}\n').toString('base64'),
  }
  const direct = await client.ask('PUT', `./contents/${path}`, { body })
  ok(direct.status === 403 || direct.status === 404, `contents answered ${direct.status}`)
  const input = {
    branch: { repositoryNameWithOwner: site.door.repository, branchName: branch },
    expectedHeadOid: parent,
    message: { headline: 'conformance: must be refused' },
    fileChanges: { additions: [{ path, contents: body.content }] },
  }
  const graphql = await client.graphql<Made>(COMMIT, { input })
  ok(graphql.errors.length > 0, 'createCommitOnBranch is refused too')
  equal(await headOf(site.app, branch), parent, 'nothing moved')
  notEqual(graphql.errors[0]?.message, undefined)
  site.note(`${direct.status} ${direct.body.message}; GraphQL: ${graphql.errors[0]?.message}`)
}

export const commitCases: Case[] = [
  {
    id: 'expected-head',
    title: 'createCommitOnBranch refuses when the branch is not where expectedHeadOid says',
    cites: '4.4',
    basis: 'documented',
    run: expectedHead,
  },
  {
    id: 'verified-rest',
    title: 'An app’s commit over REST is verified without an author and unsigned with one',
    cites: '4.5',
    basis: 'documented',
    run: verifiedWithoutAuthor,
  },
  {
    id: 'verified-graphql',
    title: 'A commit by createCommitOnBranch is verified',
    cites: '4.4',
    basis: 'documented',
    run: verifiedByGraphql,
  },
  {
    id: 'branch-merge',
    title:
      'POST merges answers 201 and signs the merge, 204 with nothing to do, 409 on conflict, 404 for an unknown head',
    cites: '4.6',
    basis: 'documented',
    run: mergeAnswers,
  },
  {
    id: 'workflows-permission',
    title: 'Workflow files cannot be written without the workflows permission, by any way',
    cites: '4.7',
    basis: 'documented',
    run: workflowsPermission,
  },
]
