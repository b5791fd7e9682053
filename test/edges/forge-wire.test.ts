import { generateKeyPairSync } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import nock from 'nock'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { ADMISSION_REF } from '../../core/attempt/dispatching.ts'
import type { Effect } from '../../core/effect.ts'
import { createClient } from '../../forge/client.ts'
import { toFault } from '../../forge/fault.ts'
import { createForge, type Forge } from '../../forge/forge.ts'
import { contains } from '../../forge/observe/contains.ts'
import { readEdits } from '../../forge/observe/edits.ts'
import { listMoving } from '../../forge/observe/moving.ts'
import { readRefusal, rememberRefusal } from '../../forge/observe/refusal.ts'
import { perform } from '../../forge/perform.ts'
import { read } from '../../forge/read.ts'
import { createSeals } from '../../forge/seal.ts'
import type { IssueWire, PullWire } from '../../forge/wire.ts'
import { makeDispatch, makeTicket } from '../make.ts'

/** Precise answers on the wire that a living GitHub gives too seldom to wait for. */

const HOST = 'http://github.test'
const REPO = '/repos/ada/demo'
const HEAD = 'a'.repeat(40)
const AFTER = 'e'.repeat(40)
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
})

let forge: Forge

beforeAll(() => nock.disableNetConnect())
afterAll(() => nock.restore())
beforeEach(() => {
  forge = createForge({
    octokit: createClient({ token: 'ghs_test', baseUrl: HOST }),
    owner: 'ada',
    repo: 'demo',
    app: { id: 7, login: 'chorus[bot]' },
    seals: createSeals(privateKey),
  })
})
afterEach(() => {
  const left = nock.pendingMocks()
  nock.cleanAll()
  expect(left).toEqual([])
})

const LAND = {
  do: 'land',
  into: 'main',
  verify: false,
  exact: false,
  task: 'bd-2rei',
  pull: 5,
  head: HEAD,
  base: 'b'.repeat(40),
  check: 9,
  method: 'squash',
  title: 'feat: more',
  message: 'Closes #1',
  summary: 'All pass.',
} as const satisfies Effect

/** Exactly that head, in the way and with the words that were judged: another request is not answered. */
function merging(): nock.Interceptor {
  const { head: sha, method: merge_method, title: commit_title, message: commit_message } = LAND
  return nock(HOST).put(`${REPO}/pulls/5/merge`, { sha, merge_method, commit_title, commit_message })
}

/** As GitHub answers who writes one. */
function checkRun(id: number) {
  const output = { title: 't', summary: 's', text: null, annotations_count: 0 }
  return {
    id,
    status: 'in_progress',
    conclusion: null,
    started_at: '2026-11-20T12:00:00Z',
    external_id: 'k',
    output,
  }
}

function green(): nock.Scope {
  return nock(HOST)
    .patch(`${REPO}/check-runs/9`, body => body.conclusion === 'success' && body.status === 'completed')
    .reply(200, checkRun(9))
}

function takenBack(): nock.Scope {
  return nock(HOST)
    .post(`${REPO}/check-runs`, body => body.status === 'in_progress' && body.head_sha === HEAD)
    .reply(201, checkRun(10))
}

/** Exactly that head: of another one nobody knows that it may be touched. */
function updating(head = HEAD): nock.Interceptor {
  return nock(HOST).put(`${REPO}/pulls/5/update-branch`, { expected_head_sha: head })
}

test('R4, O2: a merge that answers 502 but happened is done, and is not sent twice', async () => {
  green()
  merging().reply(502)
  nock(HOST).get(`${REPO}/pulls/5/merge`).reply(204)
  expect(await perform(forge, LAND)).toEqual({ ok: true, note: { sha: null } })
})

test('a merge that is refused because somebody has merged it is done', async () => {
  green()
  merging().reply(405, { message: 'Pull Request is not mergeable' })
  nock(HOST).get(`${REPO}/pulls/5/merge`).reply(204)
  expect(await perform(forge, LAND)).toEqual({ ok: true, note: { sha: null } })
})

test('a merge that answers 502 and did not happen takes the green back and comes out stale', async () => {
  green()
  merging().reply(502)
  nock(HOST).get(`${REPO}/pulls/5/merge`).reply(404)
  takenBack()
  expect(await perform(forge, LAND)).toMatchObject({ ok: false, fault: { is: 'stale' } })
})

test.each([
  [405, 'Base branch was modified. Review and try the merge again.', null, { is: 'again', after: 4_000 }],
  [405, 'Pull Request is not mergeable', 404, { is: 'stale' }],
  // Whether somebody has merged it is not to be known.
  [405, 'Changes must be made through the merge queue', 401, { is: 'stale' }],
  [409, 'Head branch was modified. Review and try the merge again.', null, { is: 'stale' }],
])(
  'R1, R2, R3: a merge refused with %i "%s" takes the green back',
  async (status, message, merged, fault) => {
    green()
    merging().reply(status, { message })
    if (merged !== null) nock(HOST).get(`${REPO}/pulls/5/merge`).reply(merged)
    takenBack()
    expect(await perform(forge, LAND)).toMatchObject({ ok: false, fault })
  },
)

test.each([
  ['Required status check "chorus/gate" is expected.', [4, 8, 16]],
  ['Repository rule violations found\n\nRequired status check "chorus/gate" is in progress.\n\n', [4, 8, 16]],
  ['Merge already in progress', [4, 8, 16]],
])(
  'R8: what GitHub does not see yet, as it happened a moment ago, is asked for again in a moment: "%s"',
  async (message, seconds) => {
    const waits: unknown[] = []
    for (const _ of seconds) {
      green()
      merging().reply(405, { message })
      nock(HOST).get(`${REPO}/pulls/5/merge`).reply(404)
      takenBack()
      const came = await perform(forge, LAND)
      expect(came).toMatchObject({ ok: false, fault: { is: 'again', only: 'landing' } })
      if (!came.ok && came.fault.is === 'again') waits.push(came.fault.after! / 1000)
    }
    expect(waits).toEqual(seconds)
  },
)

test.each([
  'Required status check "test" is expected.',
  'Required status check "chorus/gate" is failing.',
  'Required status check "chorus/gate" is expected. At least 1 approving review is required.',
])('what is missing besides is not: "%s"', async message => {
  green()
  merging().reply(405, { message })
  nock(HOST).get(`${REPO}/pulls/5/merge`).reply(404)
  takenBack()
  expect(await perform(forge, LAND)).toMatchObject({ ok: false, fault: { is: 'stale' } })
  const pull = { number: 5, head: { sha: HEAD }, updated_at: '2026-11-20T12:00:00Z' } as PullWire
  expect(readRefusal(forge, pull, 0)!.again - forge.now()).toBeGreaterThan(4 * 60_000)
})

test('what was over in a moment does not make a refusal that lasts longer', async () => {
  const refused = { pull: 5, head: HEAD, task: null }
  for (let times = 0; times < 4; times++)
    rememberRefusal(forge, refused, { why: 'in progress', behind: false, passing: true })
  rememberRefusal(forge, refused, { why: 'At least 1 approving review is required', behind: false })
  const pull = { number: 5, head: { sha: HEAD }, updated_at: '2026-11-20T12:00:00Z' } as PullWire
  const known = readRefusal(forge, pull, 0)!
  expect([known.times, Math.round((known.again - forge.now()) / 60_000)]).toEqual([1, 5])
})

test('a commit that GitHub does not find yet is asked about again', async () => {
  const comparing = () => nock(HOST).get(`${REPO}/compare/${HEAD}...${AFTER}`).query({ per_page: 1 })
  const { now } = forge
  comparing().reply(404, {})
  expect(await contains(forge, AFTER, HEAD)).toBe(false)
  expect(await contains(forge, AFTER, HEAD)).toBe(false)
  forge.now = () => now() + 11 * 60_000
  comparing().reply(200, { status: 'ahead' })
  expect(await contains(forge, AFTER, HEAD)).toBe(true)
  expect(await contains(forge, AFTER, HEAD)).toBe(true)
})

test('what collides on a branch that another controller builds meanwhile says nothing of those that collide', async () => {
  const branch = 'chorus/train/0123456789abcdef'
  const ref = `refs/heads/${branch}`
  const word = { pull: 5, message: 'm', near: [] }
  const members = ['c', 'd'].map(letter => ({ ...word, head: letter.repeat(40) }))
  nock(HOST).post(`${REPO}/git/refs`, { ref, sha: LAND.base }).reply(201, {})
  nock(HOST).post(`${REPO}/merges`).reply(409, { message: 'Merge conflict' })
  nock(HOST)
    .get(`${REPO}/git/matching-refs/heads/${branch}`)
    .reply(200, [{ ref, object: { sha: AFTER } }])
  const text = { title: 't', body: 'b' }
  const common = { task: null, branch, base: LAND.base, into: 'main', onTip: false }
  expect(await perform(forge, { do: 'assemble', ...common, members, ...text })).toMatchObject({
    ok: false,
    fault: { is: 'stale', why: expect.stringMatching(/another controller/) },
  })
  expect([forge.memory.collisions.size, forge.memory.combinesAfter]).toEqual([0, 0])
})

test('a gate says on which lines; a stranger’s head is done with when it has ended, and not before', async () => {
  const gate = {
    do: 'gate',
    task: null,
    pull: 5,
    head: HEAD,
    check: 9,
    title: 't',
    summary: 's',
    key: 'k',
  } as const
  const done = () => forge.memory.gated.get(HEAD)
  for (const conclusion of [null, 'success'] as const) {
    const annotations = [{ path: 'a.ts', line: 3, message: 'odd' }]
    const told = { path: 'a.ts', start_line: 3, end_line: 3, annotation_level: 'failure', message: 'odd' }
    nock(HOST)
      .patch(`${REPO}/check-runs/9`, ({ output }) => isDeepStrictEqual(output.annotations, [told]))
      .reply(200, checkRun(9))
    expect(await perform(forge, { ...gate, conclusion, annotations })).toMatchObject({ ok: true })
    expect(done()).toBe(conclusion === null ? undefined : true)
  }
})

test('a gate fits into what GitHub takes, whatever the words are written in', async () => {
  let sent = { title: '', summary: '', annotations: [{ message: '' }] }
  nock(HOST)
    .post(`${REPO}/check-runs`, body => {
      sent = body.output
      return true
    })
    .reply(201, checkRun(11))
  const long = `x${'🦜'.repeat(40_000)}`
  const annotations = [{ path: 'BACKLOG.yaml', line: 1, message: long }]
  const words = { title: long, summary: long, key: 'k', conclusion: null, annotations } as const
  const gate = { do: 'gate', task: null, pull: 5, head: HEAD, check: null, ...words } as const
  expect(await perform(forge, gate)).toMatchObject({ ok: true })
  expect(sent.title).toHaveLength(255)
  for (const text of [sent.summary, sent.annotations[0]!.message]) {
    expect(Buffer.byteLength(text)).toBeGreaterThan(65_000)
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_535)
    expect(text).toMatch(/^x(?:🦜)+$/u)
  }
  expect(sent.title.isWellFormed()).toBe(true)
  // Whoever quoted it cut it within a character.
  const half = '🦜'.slice(0, 1)
  const cut = { ...gate, summary: half, annotations: [{ ...annotations[0]!, message: half }] } as const
  nock(HOST)
    .post(
      `${REPO}/check-runs`,
      body => body.output.summary === '�' && body.output.annotations[0].message === '�',
    )
    .reply(201, checkRun(12))
  expect(await perform(forge, cut)).toMatchObject({ ok: true })
})

const PUBLISH: Effect = {
  do: 'publish',
  task: 'bd-2rei',
  branch: 'agent/codex/bd-2rei',
  before: null,
  after: HEAD,
  move: 'fast-forward',
}

test.each([
  [{ type: 'STALE_DATA', message: 'Expected branch to point to "x" but it did not.' }, { is: 'stale' }],
  [
    { type: 'UNPROCESSABLE', message: 'A ref named "refs/heads/x" already exists in the repository.' },
    { is: 'stale' },
  ],
  [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }, { is: 'denied' }],
  [{ message: 'Resource not accessible by integration' }, { is: 'denied' }],
  [
    {
      message:
        'refusing to allow a GitHub App to create or update workflow `.github/workflows/x.yml` without `workflows` permission',
    },
    { is: 'denied', permission: 'workflows=write' },
  ],
  [
    { type: 'RATE_LIMITED', message: 'API rate limit exceeded' },
    { is: 'again', after: 90_000 },
  ],
  [{ message: "Field 'x' doesn't exist on type 'Mutation'" }, { is: 'broken' }],
])('GraphQL answers 200 with %j', async (error, fault) => {
  nock(HOST).get(REPO).reply(200, { node_id: 'R_1' })
  nock(HOST)
    .post('/graphql')
    .reply(
      200,
      { data: { updateRefs: null }, errors: [error] },
      { date: 'Fri, 20 Nov 2026 12:00:00 GMT', 'x-ratelimit-reset': '1795176090' },
    )
  expect(await perform(forge, PUBLISH)).toMatchObject({ ok: false, fault })
})

test('an unchanged answer is asked for by its ETag and taken from memory', async () => {
  nock(HOST).get(REPO).reply(200, { id: 1 }, { etag: '"one"' })
  nock(HOST, { reqheaders: { 'if-none-match': '"one"' } })
    .get(REPO)
    .reply(304)
  const path = '/repos/{owner}/{repo}'
  expect(await read(forge, path)).toEqual({ body: { id: 1 }, more: false, fresh: true })
  expect(await read(forge, path)).toEqual({ body: { id: 1 }, more: false, fresh: false })
})

test('every request names the API version, and a failing read is repeated', async () => {
  const reqheaders = { 'x-github-api-version': '2022-11-28' }
  nock(HOST, { reqheaders }).get(REPO).reply(502)
  nock(HOST, { reqheaders }).get(REPO).reply(200, { id: 1 })
  expect((await read(forge, '/repos/{owner}/{repo}')).body).toEqual({ id: 1 })
})

const DISPATCH = makeDispatch({ task: 'bd-2rei', claim: HEAD })
const DISPATCHES = `${REPO}/actions/workflows/chorus.yml/dispatches`

test('a host that refuses run details is asked without them, and never with them again', async () => {
  const wants = (body: Record<string, unknown>) => body.return_run_details === true
  nock(HOST).post(DISPATCHES, wants).reply(400, { message: '"return_run_details" is not a permitted key' })
  nock(HOST)
    .post(DISPATCHES, body => !wants(body))
    .times(2)
    .reply(204)
  expect(await perform(forge, DISPATCH)).toEqual({ ok: true, note: { run: null } })
  expect(await perform(forge, DISPATCH)).toEqual({ ok: true, note: { run: null } })
  expect(forge.memory.dispatches.get(HEAD)).toMatchObject({ is: 'sent', run: null })
})

test('a dispatch that answers 502 is sent once and remembered as unclear', async () => {
  nock(HOST).post(DISPATCHES).reply(502)
  expect(await perform(forge, DISPATCH)).toMatchObject({ ok: false, fault: { is: 'stale' } })
  expect(forge.memory.dispatches.get(HEAD)).toMatchObject({ is: 'unclear' })
})

test('a repeated dispatch finds the run that the lost answer hid; a stranger’s run of that title is not it', async () => {
  const runs = [
    { id: 3, display_title: DISPATCH.title, actor: { id: 1, login: 'ada', type: 'User' } },
    { id: 5, display_title: DISPATCH.title, actor: { id: 2, login: 'chorus[bot]', type: 'Bot' } },
    { id: 4, display_title: 'another', actor: { id: 2, login: 'chorus[bot]', type: 'Bot' } },
  ]
  commitOf(HEAD)
  nock(HOST)
    .post(`${REPO}/git/commits`)
    .reply(201, { sha: AFTER, committer: { date: '2026-06-01T00:00:00Z' } })
  nock(HOST).get(REPO).reply(200, { node_id: 'R_1' })
  const move = { name: DISPATCH.takeover.ref, beforeOid: '0'.repeat(40), afterOid: AFTER, force: true }
  nock(HOST)
    .post('/graphql', ({ variables }) => {
      expect(variables.input.refUpdates).toEqual([move, { ...move, name: ADMISSION_REF }])
      return true
    })
    .reply(200, { data: { updateRefs: { clientMutationId: null } } })
  nock(HOST)
    .get(`${REPO}/actions/workflows/chorus.yml/runs`)
    .query(true)
    .reply(200, { total_count: 3, workflow_runs: runs })
  expect(await perform(forge, { ...DISPATCH, own: null })).toEqual({ ok: true, note: { run: 5 } })
})

test.each([
  [200, refused('UNPROCESSABLE', 'A ref named "refs/chorus/claims/bd-2rei/1" already exists'), undefined],
  [200, refused('STALE_DATA', 'Expected the ref to be absent, but it is there.'), undefined],
  // Whether it was made, and by whom, is for the next look to see.
  [502, 'Bad Gateway', { is: 'unclear', at: expect.any(Number) }],
])('R7: a claim that is answered by %i %j is not ours to dispatch by', async (status, body, dispatch) => {
  const base = 'c'.repeat(40)
  commitOf(base)
  nock(HOST)
    .post(`${REPO}/git/commits`)
    .reply(201, { sha: HEAD, committer: { date: '2026-11-20T12:00:00Z' } })
  nock(HOST).get(REPO).reply(200, { node_id: 'R_1' })
  const move = {
    name: 'refs/chorus/claims/bd-2rei/1',
    beforeOid: '0'.repeat(40),
    afterOid: HEAD,
    force: false,
  }
  nock(HOST)
    .post('/graphql', ({ variables }) => {
      expect(variables.input.refUpdates).toEqual([move, { ...move, name: ADMISSION_REF, force: true }])
      return true
    })
    .reply(status, body)
  const ticket = makeTicket({ task: 'bd-2rei', base })
  expect(
    await perform(forge, { do: 'claim', task: 'bd-2rei', attempt: 1, ticket, admitted: null }),
  ).toMatchObject({
    ok: false,
    fault: { is: 'stale' },
  })
  expect(forge.memory.dispatches.get(HEAD)).toEqual(dispatch)
})

function commitOf(sha: string): void {
  nock(HOST)
    .get(`${REPO}/git/commits/${sha}`)
    .reply(200, {
      message: '',
      tree: { sha: 'd'.repeat(40) },
      parents: [],
      committer: { date: '2026-11-20T12:00:00Z' },
    })
}

function refused(type: string, message: string): object {
  return { data: { updateRefs: null }, errors: [{ type, message, path: ['updateRefs'] }] }
}

test('a label that is gone already, a run that is over already, a comment that was deleted: nothing to complain of', async () => {
  nock(HOST).delete(`${REPO}/issues/1/labels/phase%3Aworking`).reply(404, { message: 'Label does not exist' })
  nock(HOST)
    .post(`${REPO}/actions/runs/8/cancel`)
    .reply(409, { message: 'Cannot cancel a workflow run that is completed.' })
  nock(HOST).post(`${REPO}/actions/runs/9/force-cancel`).reply(202, {})
  nock(HOST).post(`${REPO}/issues/comments/3/reactions`).reply(404)
  const task = 'bd-2rei'
  const effects: Effect[] = [
    { do: 'label', task, issue: 1, add: [], remove: ['phase:working'] },
    { do: 'cancel', force: false, task, run: 8 },
    { do: 'cancel', force: true, task, run: 9 },
    { do: 'react', task, comment: 3, content: 'eyes' },
  ]
  for (const effect of effects) expect(await perform(forge, effect)).toMatchObject({ ok: true })
})

test.each([
  [403, {}, { message: 'You have exceeded a secondary rate limit' }, { is: 'again', after: 60_000 }],
  [429, { 'retry-after': '7' }, { message: 'slow down' }, { is: 'again', after: 7_000 }],
  [
    403,
    {
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '1795176090',
      date: 'Fri, 20 Nov 2026 12:00:00 GMT',
    },
    { message: 'API rate limit exceeded' },
    { is: 'again', after: 90_000 },
  ],
  [
    403,
    { 'x-accepted-github-permissions': 'issues=write' },
    { message: 'Resource not accessible by integration' },
    { is: 'denied', permission: 'issues=write' },
  ],
  [401, {}, { message: 'Bad credentials' }, { is: 'denied', permission: null }],
  [404, {}, { message: 'Not Found' }, { is: 'stale' }],
  [422, {}, { message: 'Validation Failed' }, { is: 'stale' }],
  [502, {}, {}, { is: 'stale' }],
])('a write answered with %i %j %j', async (status, headers, body, fault) => {
  nock(HOST).post(`${REPO}/issues/1/comments`).reply(status, body, headers)
  const say: Effect = { do: 'say', task: 'bd-2rei', issue: 1, comment: null, body: 'hello', once: false }
  expect(await perform(forge, say)).toMatchObject({ ok: false, fault })
})

test('a lost connection of a write is stale, and of a read may be tried again', async () => {
  nock(HOST)
    .post(`${REPO}/issues/1/comments`)
    .replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
  const say: Effect = { do: 'say', task: 'bd-2rei', issue: 1, comment: null, body: 'hello', once: false }
  expect(await perform(forge, say)).toMatchObject({ ok: false, fault: { is: 'stale' } })
  nock(HOST).get(REPO).times(3).reply(503)
  const error = await read(forge, '/repos/{owner}/{repo}').catch(error => error)
  expect(toFault(error)).toMatchObject({ is: 'again', after: null })
})

const REFUSED =
  'refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission'

test('an update that GitHub refuses to this app is told on the gate, until the pull request changes', async () => {
  updating().reply(422, { message: REFUSED })
  const update = { do: 'update', task: 'bd-2rei', pull: 5, head: HEAD } as const
  expect(await perform(forge, update)).toMatchObject({ ok: false, fault: { is: 'denied' } })
  const pull = { number: 5, head: { sha: HEAD }, updated_at: '2026-11-20T12:00:00Z' } as PullWire
  expect(readRefusal(forge, pull, 0)).toMatchObject({
    why: expect.stringContaining('press "Update branch"'),
    times: 1,
  })
  expect(readRefusal(forge, { ...pull, head: { ...pull.head, sha: 'b'.repeat(40) } }, 0)).toBeNull()
})

test('a review ends a refusal, also one within the second of the last change', async () => {
  updating().twice().reply(422, { message: REFUSED })
  const update = { do: 'update', task: 'bd-2rei', pull: 5, head: HEAD } as const
  const pull = { number: 5, head: { sha: HEAD }, updated_at: '2026-11-20T12:00:00Z' } as PullWire
  forge.memory.pulls.set('bd-2rei', {
    pull,
    merged: false,
    mergedSha: null,
    mergeable: true,
    unsure: null,
    comments: 0,
    reviews: 2,
  })
  await perform(forge, update)
  expect(readRefusal(forge, pull, 2)).not.toBeNull()
  expect(readRefusal(forge, pull, 3)).toBeNull()
  // Also where it came before the refusal was looked at.
  await perform(forge, update)
  expect(readRefusal(forge, pull, 3)).toBeNull()
})

test('a refusal of what shows nobody’s attempt is believed, however many reviews it has', async () => {
  updating().reply(422, { message: REFUSED })
  await perform(forge, { do: 'update', task: null, pull: 5, head: HEAD })
  const pull = { number: 5, head: { sha: HEAD }, updated_at: '2026-11-20T12:00:00Z' } as PullWire
  expect(readRefusal(forge, pull, 1)).not.toBeNull()
  expect(readRefusal(forge, { ...pull, updated_at: '2026-11-20T12:00:09Z' }, 1)).toBeNull()
})

test('while GitHub brings a head up to date it is not asked to do so again, unless nothing comes of it', async () => {
  const asked = updating().twice().reply(202, { message: 'Updating' })
  const update = { do: 'update', task: 'bd-2rei', pull: 5, head: HEAD } as const
  const { now } = forge
  expect(await perform(forge, update)).toMatchObject({ ok: true })
  expect(await perform(forge, update)).toMatchObject({ ok: true })
  expect(asked.isDone()).toBe(false)
  forge.now = () => now() + 11_000
  expect(await perform(forge, update)).toMatchObject({ ok: true })
  expect(asked.isDone()).toBe(true)
})

test('what GitHub does not bring up to date is not asked again at once, but by its next head', async () => {
  for (const head of [HEAD, 'b'.repeat(40)])
    updating(head).reply(422, { message: 'There are no new commits on the base branch.' })
  const update = { do: 'update', task: 'bd-2rei', pull: 5, head: HEAD } as const
  expect(await perform(forge, update)).toMatchObject({ ok: false, fault: { is: 'stale' } })
  expect([...listMoving(forge)]).toEqual([HEAD])
  expect(await perform(forge, update)).toMatchObject({ ok: true })
  expect(await perform(forge, { ...update, head: 'b'.repeat(40) })).toMatchObject({ ok: false })
  const { now } = forge
  forge.now = () => now() + 11_000
  expect([...listMoving(forge)]).toEqual([])
})

test('an update that only came too late is not', async () => {
  updating().reply(422, { message: 'expected head sha didn’t match' })
  const update = { do: 'update', task: 'bd-2rei', pull: 5, head: HEAD } as const
  expect(await perform(forge, update)).toMatchObject({ ok: false, fault: { is: 'stale' } })
  const pull = { number: 5, head: { sha: HEAD }, updated_at: '2026-11-20T12:00:00Z' } as PullWire
  expect(readRefusal(forge, pull, 0)).toBeNull()
})

test('who edited is not known while the answer is older than the issue as it is listed', async () => {
  const second = (n: number) => new Date(Math.floor(Date.now() / 1000 + n) * 1000).toISOString()
  const issue = { number: 3, title: 'Greet', body: 'Worse.\r\n', updated_at: second(0) } as IssueWire
  const sam = { __typename: 'User', login: 'sam', databaseId: 104 }
  const plain = { title: 'Greet', editor: sam, lastEditedAt: null, timelineItems: { nodes: [] } }
  const tell = (told: object) =>
    nock(HOST)
      .post('/graphql')
      .reply(200, { data: { repository: { i3: { ...plain, ...told } } } })
  const ask = async (asked = issue) => (await readEdits(forge, [asked])).get(3)?.edits ?? null

  tell({ updatedAt: second(-9), body: 'Worse.' })
  expect(await ask()).toBeNull()
  tell({ updatedAt: second(0), body: 'Better.' })
  expect(await ask()).toBeNull()
  tell({ updatedAt: second(0), body: 'Worse.', lastEditedAt: second(0) })
  expect(await ask()).toMatchObject([{ by: { id: 104, login: 'sam' } }])
  // Known now: not asked again.
  expect(await ask()).toHaveLength(1)

  const renamed = { ...issue, title: 'Delete' }
  tell({ updatedAt: second(0), body: 'Worse.' })
  expect(await ask(renamed)).toBeNull()
  const nodes = [{ createdAt: second(0), actor: sam }]
  tell({ updatedAt: second(0), body: 'Worse.', title: 'Delete', timelineItems: { nodes } })
  expect(await ask(renamed)).toMatchObject([{ by: { id: 104 } }])

  // A minute later no replica lags: two dates that differ then differ for another reason.
  const old = { ...issue, updated_at: second(-90) }
  tell({ updatedAt: second(-99), body: 'Worse.' })
  expect(await ask(old)).toEqual([])
})

test('since when an issue is below its parent is not known while GitHub tells of another one', async () => {
  const date = (n: number) => new Date(Math.floor(Date.now() / 1000 + n) * 1000).toISOString()
  const above = `${HOST}/repos/${forge.owner}/${forge.repo}/issues/2`
  const listed = { number: 4, title: 'Greet', body: 'Well.', updated_at: date(0), parent_issue_url: above }
  const issue = listed as unknown as IssueWire
  const ask = async (asked: IssueWire) => (await readEdits(forge, [asked])).get(4)
  const since = date(-5)
  let query = ''
  let freed: object[] = []
  const tell = (...nodes: object[]) => {
    const { title, body, updated_at } = listed
    const told = { title, body, updatedAt: updated_at, editor: null, lastEditedAt: null }
    const i4 = { ...told, timelineItems: { nodes: [] }, nested: { nodes }, freed: { nodes: freed } }
    nock(HOST)
      .post('/graphql', sent => {
        query = String(sent.query)
        return true
      })
      .reply(200, { data: { repository: { i4 } } })
  }
  const link = (number: number, name: string) => ({
    createdAt: since,
    parent: { number, repository: { nameWithOwner: name } },
  })
  const here = `${forge.owner}/${forge.repo}`

  tell(link(1, here))
  expect(await ask(issue)).toBeNull()
  tell(link(2, `${forge.owner}/other`))
  expect(await ask(issue)).toBeNull()
  tell(link(2, here.toUpperCase()))
  expect(await ask(issue)).toMatchObject({ edits: [], nested: Date.parse(since) })
  // Known now; but not of an issue that was moved since, whatever its date says.
  expect(await ask(issue)).toMatchObject({ nested: Date.parse(since) })
  freed = [{ createdAt: date(-7) }]
  const moved = { ...issue, parent_issue_url: above.replace(/2$/, '9'), updated_at: date(-90) } as IssueWire
  tell(link(2, here))
  expect(await ask(moved)).toMatchObject({ nested: null, freed: expect.any(Number) })

  // Hosts that know no sub-issues are not asked about any.
  expect(query).toContain('PARENT_ISSUE_ADDED_EVENT')
  const { parent_issue_url: _, ...alone } = issue as IssueWire & { parent_issue_url: string }
  tell()
  expect(await ask(alone as IssueWire)).toMatchObject({ nested: null })
  expect(query).not.toContain('PARENT_ISSUE_ADDED_EVENT')
})
