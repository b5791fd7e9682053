import { afterEach, beforeEach, expect, test } from 'vitest'
import { gitText } from '../../../twin/git.ts'
import { AT, commit, openSite, type Site } from '../gitdata/site.ts'

let site: Site
beforeEach(async () => {
  site = await openSite()
})
afterEach(() => site.close())

const ZERO = '0'.repeat(40)
const UPDATE = `mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }`
const COMMIT = `mutation($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid signature { isValid } author { name } } ref { name target { oid } } }
}`

async function main(): Promise<string> {
  return (await site.bot.git.getRef({ ...AT, ref: 'heads/main' })).data.object.sha
}

async function refNames(): Promise<string[]> {
  return (await gitText(site.repo, ['for-each-ref', '--format=%(refname)'])).split('\n')
}

function update(refUpdates: object[], clientMutationId = 'x') {
  return site.ask(UPDATE, { input: { repositoryId: site.repo.node_id, refUpdates, clientMutationId } })
}

test('updateRefs compares and swaps, all or nothing', async () => {
  const sha = await main()
  const made = await update([
    { name: 'refs/leases/a', beforeOid: ZERO, afterOid: sha },
    { name: 'refs/leases/b', beforeOid: ZERO, afterOid: sha },
  ])
  expect(made).toEqual({ data: { updateRefs: { clientMutationId: 'x' } } })
  const taken = await update([
    { name: 'refs/leases/c', beforeOid: ZERO, afterOid: sha },
    { name: 'refs/leases/a', beforeOid: ZERO, afterOid: sha },
  ])
  expect(taken.data).toEqual({ updateRefs: null })
  expect(taken.errors?.[0]).toMatchObject({ type: 'UNPROCESSABLE', path: ['updateRefs'] })
  expect(await refNames()).not.toContain('refs/leases/c')
  const next = await commit(site.bot, { branch: 'main', files: { 'x.txt': 'x' } })
  const stale = await update([{ name: 'refs/leases/a', beforeOid: next, afterOid: next }])
  expect(stale.errors?.[0]).toMatchObject({ type: 'STALE_DATA' })
  await update([
    { name: 'refs/leases/a', beforeOid: sha, afterOid: next },
    { name: 'refs/leases/b', beforeOid: sha, afterOid: ZERO },
  ])
  expect(await refNames()).toEqual(['refs/heads/main', 'refs/leases/a'])
})

test('of ten who swap the same lease one succeeds', async () => {
  const sha = await main()
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => update([{ name: 'refs/leases/one', beforeOid: ZERO, afterOid: sha }])),
  )
  expect(answers.filter(each => !each.errors)).toHaveLength(1)
})

test('createCommitOnBranch makes a signed commit in the app\u2019s name, once', async () => {
  const expectedHeadOid = await main()
  const contents = Buffer.from('hello\n').toString('base64')
  const input = {
    branch: { repositoryNameWithOwner: 'ada/demo', branchName: 'main' },
    expectedHeadOid,
    message: { headline: 'add', body: 'and why' },
    fileChanges: { additions: [{ path: 'new/hello.txt', contents }], deletions: [{ path: 'src/a.ts' }] },
  }
  const made = await site.ask(COMMIT, { input })
  expect(made.errors).toBeUndefined()
  const { commit: shown, ref } = made.data.createCommitOnBranch
  expect(shown).toMatchObject({ signature: { isValid: true }, author: { name: 'helper[bot]' } })
  expect(ref).toEqual({ name: 'main', target: { oid: shown.oid } })
  expect(await gitText(site.repo, ['log', '-1', '--format=%B', 'main'])).toBe('add\n\nand why')
  expect(await gitText(site.repo, ['ls-tree', '-r', '--name-only', 'main'])).toBe('README.md\nnew/hello.txt')
  const late = await site.ask(COMMIT, { input })
  expect(late.data).toEqual({ createCommitOnBranch: null })
  expect(late.errors?.[0]).toMatchObject({
    type: 'STALE_DATA',
    message: `Expected branch to point to "${expectedHeadOid}" but it did not. Pull and try again.`,
  })
})

test('createCommitOnBranch refuses missing branches, missing deletions, doubled paths and workflow files', async () => {
  const expectedHeadOid = await main()
  const file = (path: string) => ({ path, contents: Buffer.from('x').toString('base64') })
  const attempt = async (branchName: string, fileChanges: object) => {
    const branch = { repositoryNameWithOwner: 'ada/demo', branchName }
    const input = { branch, expectedHeadOid, message: { headline: 'm' }, fileChanges }
    return (await site.ask(COMMIT, { input })).errors?.[0]
  }
  expect(await attempt('none', { additions: [file('a')] })).toMatchObject({ type: 'NOT_FOUND' })
  const gone = await attempt('main', { deletions: [{ path: 'none.txt' }] })
  expect(gone?.message).toContain('A path was requested for deletion which does not exist')
  expect((await attempt('main', { additions: [file('a'), file('a')] }))?.message).toContain('more than once')
  const workflow = await attempt('main', { additions: [file('.github/workflows/ci.yml')] })
  expect(workflow?.message).toContain('without `workflows` permission')
  expect(await main()).toBe(expectedHeadOid)
})

test('objects, trees, refs and history can be read', async () => {
  const tip = await commit(site.bot, {
    branch: 'main',
    files: { 'src/deep/b.ts': 'b\n' },
    message: 'head\n\nbody',
  })
  const found = await site.ask(
    `query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
      id defaultBranchRef { name prefix target { oid ... on Commit { messageHeadline messageBody history(first: 5) { totalCount nodes { oid } } } } }
      missing: ref(qualifiedName: "refs/heads/none") { name }
      refs(refPrefix: "refs/heads/", first: 10) { totalCount nodes { name } }
      blob: object(expression: "main:src/a.ts") { ... on Blob { text byteSize isBinary oid } }
      nothing: object(expression: "main:none") { oid }
      tree: object(expression: "HEAD:src") { ... on Tree { entries { name mode type path object { ... on Tree { entries { name path } } } } } }
    } }`,
    { owner: 'ada', name: 'demo' },
  )
  expect(found.errors).toBeUndefined()
  expect(found.data.repository).toMatchObject({
    id: site.repo.node_id,
    defaultBranchRef: {
      name: 'main',
      prefix: 'refs/heads/',
      target: { oid: tip, messageHeadline: 'head', messageBody: 'body', history: { totalCount: 2 } },
    },
    missing: null,
    refs: { totalCount: 1, nodes: [{ name: 'main' }] },
    blob: { text: 'one\ntwo\nthree\n', byteSize: 14, isBinary: false },
    nothing: null,
    tree: {
      entries: [
        { name: 'a.ts', mode: 33188, type: 'blob', path: 'a.ts' },
        { name: 'deep', mode: 16384, type: 'tree', object: { entries: [{ name: 'b.ts' }] } },
      ],
    },
  })
})

test('refs can be made, moved and taken away by their ids', async () => {
  const sha = await main()
  const head = await commit(site.bot, { branch: 'main', files: { 'x.txt': 'x' } })
  const create = `mutation($r: ID!, $o: GitObjectID!) { createRef(input: {repositoryId: $r, name: "refs/heads/b", oid: $o}) { ref { id name } } }`
  const made = await site.ask(create, { r: site.repo.node_id, o: head })
  expect(made.data.createRef.ref.name).toBe('b')
  const again = await site.ask(create, { r: site.repo.node_id, o: head })
  expect(again.errors?.[0]?.message).toBe('A ref named "refs/heads/b" already exists in the repository.')
  const { id } = made.data.createRef.ref
  const move = (force: boolean) =>
    site.ask(
      `mutation($id: ID!, $o: GitObjectID!, $f: Boolean) { updateRef(input: {refId: $id, oid: $o, force: $f}) { ref { target { oid } } } }`,
      { id, o: sha, f: force },
    )
  expect((await move(false)).errors?.[0]?.message).toBe('Update is not a fast forward')
  expect((await move(true)).data.updateRef.ref.target.oid).toBe(sha)
  const gone = await site.ask(`mutation($id: ID!) { deleteRef(input: {refId: $id}) { clientMutationId } }`, {
    id,
  })
  expect(gone.errors).toBeUndefined()
  expect(await refNames()).toEqual(['refs/heads/main'])
})
