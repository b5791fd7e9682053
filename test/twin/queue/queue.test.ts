import type { Octokit } from '@octokit/rest'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { gitText } from '../../../twin/git.ts'
import { readRef } from '../../../twin/gitdata/refs.ts'
import { takeId } from '../../../twin/state.ts'
import { push } from '../pulls/change.ts'
import { type Stage, setStage } from '../stage.ts'

let stage: Stage
let ci: Octokit & { appId: number }
afterEach(() => stage.twin.close())

/** `main` has a queue that asks for the check `test` by app `ci`. */
async function open(parameters: Record<string, unknown> = {}): Promise<void> {
  stage = await setStage()
  ci = stage.app('ci', { checks: 'write', contents: 'write', pull_requests: 'write' })
  const id = takeId(stage.twin.state)
  stage.repo.rulesets.set(id, {
    id,
    name: 'main',
    target: 'branch',
    enforcement: 'active',
    include: ['~DEFAULT_BRANCH'],
    exclude: [],
    bypass_actors: [],
    rules: [
      { type: 'required_status_checks', parameters: { required_status_checks: [{ context: 'test' }] } },
      { type: 'merge_queue', parameters },
    ],
  })
}
beforeEach(() => open())

const judge = (head_sha: string, conclusion: 'success' | 'failure' = 'success') =>
  ci.rest.checks.create({ ...stage.at, name: 'test', head_sha, status: 'completed', conclusion })

async function ready(branch: string, files: Record<string, string> = { [`${branch}.txt`]: branch }) {
  await push(stage, branch, files)
  const { data } = await stage
    .as('ada')
    .rest.pulls.create({ ...stage.at, head: branch, base: 'main', title: branch })
  await judge(data.head.sha)
  return { number: data.number, id: data.node_id, sha: data.head.sha }
}

type Entry = { position: number; state: string; pull: number; base: string | null; head: string | null }

async function entries(): Promise<Entry[]> {
  await stage.twin.quiet()
  const query = `query($owner: String!, $repo: String!) { repository(owner: $owner, name: $repo) { mergeQueue {
    entries(first: 100) { nodes { position state baseCommit { oid } headCommit { oid } pullRequest { number } } }
  } } }`
  type Node = {
    position: number
    state: string
    baseCommit: { oid: string } | null
    headCommit: { oid: string } | null
    pullRequest: { number: number }
  }
  const { repository } = await ci.graphql<{
    repository: { mergeQueue: { entries: { nodes: Node[] } } }
  }>(query, stage.at)
  return repository.mergeQueue.entries.nodes.map(node => ({
    position: node.position,
    state: node.state,
    pull: node.pullRequest.number,
    base: node.baseCommit?.oid ?? null,
    head: node.headCommit?.oid ?? null,
  }))
}

const add = (pull: { id: string; sha: string }, jump = false) =>
  ci.graphql(
    `mutation($id: ID!, $head: GitObjectID!, $jump: Boolean) {
      enqueuePullRequest(input: { pullRequestId: $id, expectedHeadOid: $head, jump: $jump }) { mergeQueueEntry { position } }
    }`,
    { id: pull.id, head: pull.sha, jump },
  )
const remove = (pull: { id: string }) =>
  ci.graphql(`mutation($id: ID!) { dequeuePullRequest(input: { id: $id }) { mergeQueueEntry { id } } }`, {
    id: pull.id,
  })

/** Events of the queue so far, with their reasons. */
const told = () =>
  stage.heard
    .filter(({ event, action }) => event === 'merge_group' || /queued$/.test(action ?? ''))
    .map(({ action, payload }) => [action, payload.reason].filter(Boolean).join(' '))

const state = async (number: number) => {
  const { data } = await stage.as('ada').rest.pulls.get({ ...stage.at, pull_number: number })
  return { merged: data.merged, head: await readRef(stage.repo, 'refs/heads/main') }
}

test('groups stand on one another, are judged on their own heads, and merge from the front', async () => {
  const [one, two] = [await ready('one'), await ready('two')]
  await add(one)
  await entries()
  await add(two)
  const [first, second] = await entries()
  expect(first).toMatchObject({ position: 1, state: 'AWAITING_CHECKS', pull: one.number })
  expect(second).toMatchObject({ position: 2, state: 'AWAITING_CHECKS', pull: two.number, base: first!.head })
  const groups = (
    await gitText(stage.repo, ['for-each-ref', '--format=%(refname)', 'refs/heads/gh-readonly-queue'])
  ).trim()
  expect(groups.split('\n').toSorted()).toEqual(
    [
      `refs/heads/gh-readonly-queue/main/pr-${one.number}-${first!.base}`,
      `refs/heads/gh-readonly-queue/main/pr-${two.number}-${first!.head}`,
    ].toSorted(),
  )
  await judge(second!.head!)
  expect((await entries()).map(entry => entry.state)).toEqual(['AWAITING_CHECKS', 'MERGEABLE'])
  await judge(first!.head!)
  expect(await entries()).toEqual([])
  expect(await state(one.number)).toEqual({ merged: true, head: second!.head })
  expect(await state(two.number)).toMatchObject({ merged: true })
  expect(told()).toEqual([
    'enqueued',
    'checks_requested',
    'enqueued',
    'checks_requested',
    'destroyed merged',
    'dequeued MERGE',
    'destroyed merged',
    'dequeued MERGE',
  ])
  expect(await gitText(stage.repo, ['for-each-ref', 'refs/heads/gh-readonly-queue'])).toBe('')
})

test('a red one leaves, and who stood on it is built anew', async () => {
  const [one, two] = [await ready('one'), await ready('two')]
  await add(one)
  await add(two)
  const [first, second] = await entries()
  await judge(first!.head!, 'failure')
  const [left, ...more] = await entries()
  expect(more).toEqual([])
  expect(left).toMatchObject({ pull: two.number, position: 1, base: first!.base })
  expect(left!.head).not.toBe(second!.head)
  expect(told()).toEqual(expect.arrayContaining(['dequeued CI_FAILURE', 'destroyed invalidated']))
  expect(await state(one.number)).toMatchObject({ merged: false })
})

test('who jumps goes first', async () => {
  const [one, two] = [await ready('one'), await ready('two')]
  await add(one)
  await add(two, true)
  expect((await entries()).map(entry => entry.pull)).toEqual([two.number, one.number])
})

test('what collides with one ahead is unmergeable until that is gone', async () => {
  const [one, two] = [await ready('one', { 'a.txt': 'one' }), await ready('two', { 'a.txt': 'two' })]
  await add(one)
  await add(two)
  expect((await entries()).map(entry => entry.state)).toEqual(['AWAITING_CHECKS', 'UNMERGEABLE'])
  await remove(one)
  expect(await entries()).toMatchObject([{ pull: two.number, state: 'AWAITING_CHECKS' }])
  await add(one)
  const [first] = await entries()
  await judge(first!.head!)
  expect(await entries()).toEqual([])
  expect(await state(one.number)).toMatchObject({ merged: false })
  expect(told().at(-1)).toBe('dequeued MERGE_CONFLICT')
})

describe('a rule of its own', () => {
  test('no answer in time is a failure', async () => {
    await stage.twin.close()
    await open({ check_response_timeout_minutes: 10 })
    const one = await ready('one')
    await add(one)
    await entries()
    stage.twin.state.clock.advance(11 * 60_000)
    await judge((await ready('two')).sha)
    expect(await entries()).toEqual([])
    expect(told().at(-1)).toBe('dequeued CI_TIMEOUT')
  })
  test('by HEADGREEN the last of a group answers for all', async () => {
    await stage.twin.close()
    await open({ grouping_strategy: 'HEADGREEN' })
    const [one, two] = [await ready('one'), await ready('two')]
    await add(one)
    await add(two)
    const [first, second] = await entries()
    await judge(first!.head!, 'failure')
    await judge(second!.head!)
    expect(await entries()).toEqual([])
    expect(await state(one.number)).toEqual({ merged: true, head: second!.head })
  })
  test('a group waits for company, for so long', async () => {
    await stage.twin.close()
    await open({ min_entries_to_merge: 2, min_entries_to_merge_wait_minutes: 5, merge_method: 'SQUASH' })
    const one = await ready('one')
    await add(one)
    await judge((await entries())[0]!.head!)
    expect(await entries()).toMatchObject([{ state: 'MERGEABLE' }])
    stage.twin.state.clock.advance(6 * 60_000)
    await judge((await ready('two')).sha)
    expect(await entries()).toEqual([])
    expect(await state(one.number)).toMatchObject({ merged: true })
  })
})

test.each([
  [
    'a head that is not the expected one',
    async (pull: Ready) => ({ ...pull, sha: '1'.repeat(40) }),
    /expected head/,
  ],
  ['red', async (pull: Ready) => judge(pull.sha, 'failure').then(() => pull), /"test" is failing/],
  ['twice', async (pull: Ready) => add(pull).then(() => pull), /already in the queue/],
] as const)('no entry: %s', async (_, prepare, words) => {
  const pull = await prepare(await ready('one'))
  await expect(add(pull)).rejects.toThrow(words)
})
type Ready = Awaited<ReturnType<typeof ready>>

test('the merge button is no way around it', async () => {
  const one = await ready('one')
  const merge = stage.as('ada').rest.pulls.merge({ ...stage.at, pull_number: one.number })
  await expect(merge).rejects.toThrow(/merge queue/)
})

test('Q5: however many may merge at once, each is judged by runs of its own', async () => {
  await stage.twin.close()
  await open({ max_entries_to_build: 5, max_entries_to_merge: 5, min_entries_to_merge: 3 })
  const pulls = [await ready('one'), await ready('two'), await ready('three')]
  for (const pull of pulls) await add(pull)
  const heads = (await entries()).map(entry => entry.head)
  expect(new Set(heads)).toHaveProperty('size', 3)
  expect(told().filter(words => words === 'checks_requested')).toHaveLength(3)
})
