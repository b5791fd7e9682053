import { expect, test } from 'vitest'
import { GATE_CHECK } from '../../core/names.ts'
import { createForge, type Forge } from '../../forge/forge.ts'
import { createLru } from '../../forge/lru.ts'
import { createMemory } from '../../forge/memory.ts'
import { readCommits } from '../../forge/observe/commits.ts'
import { forgetOutOfView } from '../../forge/observe/forget.ts'
import { newestGate, noteGate } from '../../forge/observe/gate.ts'
import { NO_REFS } from '../../forge/observe/refs.ts'
import { readTree } from '../../forge/observe/tree.ts'
import type { Client } from '../../forge/octokit.ts'
import { step } from '../../forge/perform/step.ts'
import { read } from '../../forge/read.ts'
import type { CheckRunSeen } from '../../forge/wire.ts'

/** Large repositories: what is remembered stays small, and what is forgotten is not asked for one by one. */

const sha = (n: number) => n.toString(16).padStart(40, '0')

/** Answers every commit by GraphQL, and every tree with so many files. */
function makeForge(files: number): { forge: Forge; asked: string[] } {
  const asked: string[] = []
  const request = async (route: string) => {
    asked.push(route)
    const tree = Array.from({ length: files }, (_, i) => ({
      path: `f${i}`,
      mode: '100644',
      type: 'blob',
      sha: sha(i),
    }))
    return { data: { tree, truncated: false }, headers: { etag: `"${asked.length}"` } }
  }
  const graphql = async (query: string) => {
    asked.push('graphql')
    const facts = {
      message: 'm',
      committedDate: '2026-11-20T12:00:00Z',
      tree: { oid: sha(1) },
      parents: { nodes: [] },
    }
    return {
      repository: Object.fromEntries([...query.matchAll(/(c\d+):/g)].map(([, name]) => [name, facts])),
    }
  }
  const seal = { seal: () => '', holds: () => null }
  const octokit = { request, graphql } as unknown as Client
  const app = { id: 1, login: 'chorus[bot]' }
  return {
    forge: createForge({
      octokit,
      owner: 'o',
      repo: 'r',
      app,
      seals: { claims: seal, ledger: seal, pools: seal, judging: seal },
    }),
    asked,
  }
}

test('three thousand claims are asked fifty at a time, once', async () => {
  const { forge, asked } = makeForge(0)
  const shas = Array.from({ length: 3_000 }, (_, i) => sha(i))
  expect((await readCommits(forge, shas)).size).toBe(3_000)
  expect(asked).toEqual(Array.from({ length: 60 }, () => 'graphql'))
  await readCommits(forge, shas)
  expect(asked).toHaveLength(60)
})

test('of large trees only some are kept, and their raw answers not at all', async () => {
  const { forge, asked } = makeForge(30_000)
  for (let n = 0; n < 20; n++) await readTree(forge, sha(n))
  expect(asked).toHaveLength(20)
  expect(forge.memory.trees.size).toBeLessThan(10)
  expect(forge.memory.pages.size).toBe(0)
  await readTree(forge, sha(19))
  expect(asked).toHaveLength(20)
})

test('answers are kept as far as they fit together, whatever their number', async () => {
  const { forge } = makeForge(2_000)
  for (let n = 0; n < 400; n++) await read(forge, `/repos/{owner}/{repo}/issues/${n}/timeline`)
  const largest = Number(forge.memory.pages.get('/repos/{owner}/{repo}/issues/399/timeline {}')?.size)
  expect(largest).toBeGreaterThan(100_000)
  expect(forge.memory.pages.size).toBeLessThan(300)
  expect(forge.memory.pages.size * largest).toBeGreaterThan(20_000_000)
})

test('of tasks that are in view no longer, runs, pull requests and echoes are forgotten', () => {
  const { forge } = makeForge(0)
  const { memory } = forge
  for (const [n, task] of ['bd-1', 'bd-2'].entries()) {
    // Only by what they are filed under is it told which to forget.
    memory.runs.set(n, { task } as never)
    memory.pulls.set(task, {} as never)
    memory.echoes.set(n + 1, {} as never)
  }
  forgetOutOfView(forge, new Map([['bd-2', { issue: { number: 2 } as never, refs: NO_REFS }]]))
  expect([...memory.runs.keys()]).toEqual([1])
  expect([...memory.pulls.keys()]).toEqual(['bd-2'])
  expect([...memory.echoes.keys()]).toEqual([2])
})

test('a weighed map keeps the newest, however heavy, and forgets the oldest until the rest fits', () => {
  const lru = createLru<number>(10, weight => weight)
  for (const weight of [4, 5]) lru.set(`w${weight}`, weight)
  lru.set('w6', 6)
  expect([lru.get('w4'), lru.get('w5'), lru.get('w6')]).toEqual([undefined, undefined, 6])
  lru.set('w99', 99)
  expect([lru.get('w6'), lru.get('w99')]).toEqual([undefined, 99])
  lru.set('w99', 1)
  lru.set('w9', 9)
  expect(lru.size).toBe(2)
})

test('whatever is remembered is bounded by count, but for what is in view or of the last seconds, and collisions, which are forgotten all at once', () => {
  const unbounded = Object.entries(createMemory()).filter(
    ([, part]) => part instanceof Map || part instanceof Set,
  )
  const inView = ['askedParents', 'closedIssues', 'echoes', 'enqueued', 'openTasks', 'pulls', 'runs', 'tasks']
  const ofSeconds = ['updates']
  expect(unbounded.map(([name]) => name).toSorted()).toEqual(
    [...inView, ...ofSeconds, 'collisions'].toSorted(),
  )
})

test('a second issue of one task is given up once, though lists still show it open', async () => {
  const { forge, asked } = makeForge(0)
  const discard = { do: 'discard', issue: 22, original: 21 } as const
  const effect = { do: 'step', task: 'bd-aaaa', epic: 7, step: discard } as const
  await step(forge, effect)
  await step(forge, effect)
  const one = '/repos/{owner}/{repo}/issues/{issue_number}'
  expect(asked).toEqual([`POST ${one}/comments`, `PATCH ${one}`])
})

/** Ours, as GitHub tells it, with a long text. */
function makeGateRun(key: string): CheckRunSeen {
  const output = { title: 'Waits', summary: 's'.repeat(60_000) }
  return {
    ...{ id: 1, name: GATE_CHECK, html_url: null, details_url: null, check_suite: null, app: { id: 1 } },
    ...{ started_at: '2026-11-20T12:00:00Z', completed_at: null, external_id: key, output },
    ...{ status: 'in_progress', conclusion: null },
  }
}

test('of a gate that was written only what is asked for again is kept: each landing leaves one behind', () => {
  const { forge } = makeForge(0)
  for (const key of ['first', 'second']) noteGate(forge, sha(1), makeGateRun(key))
  const known = forge.memory.gates.get(sha(1))
  expect(known).toMatchObject({ gate: { key: 'second' }, past: [{ key: 'first' }] })
  expect(JSON.stringify(known).length).toBeLessThan(1_000)
})

test.each([
  ['as it was before the last time', 'second', 'third'],
  ['as it was before the time before that', 'first', 'third'],
  ['as it never was by us', 'theirs', 'theirs'],
])('of a gate that we wrote three times a list tells %s: "%s" is taken for "%s"', (_what, listed, taken) => {
  const { forge } = makeForge(0)
  for (const key of ['first', 'second', 'third']) noteGate(forge, sha(1), makeGateRun(key))
  expect(newestGate(forge, { head: sha(1), runs: [makeGateRun(listed)] })?.key).toBe(taken)
})
