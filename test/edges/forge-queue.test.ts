import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Effect } from '../../core/effect.ts'
import { LAND_LABEL } from '../../core/landing/guest.ts'
import { observe } from '../../forge/observe.ts'
import { perform } from '../../forge/perform.ts'
import { git } from '../../twin/git.ts'
import { commitFiles } from '../../twin/seed.ts'
import { takeId } from '../../twin/state.ts'
import { type ForgeStage, setForgeStage } from './forge-stage.ts'

let stage: ForgeStage
let pull: { number: number; head: { sha: string } }
afterEach(() => stage.twin.close())

beforeEach(async () => {
  stage = await setForgeStage()
  const { twin, repo } = stage
  const id = takeId(twin.state)
  const required_status_checks = [{ context: 'chorus/gate' }]
  repo.rulesets.set(id, {
    id,
    name: 'main',
    target: 'branch',
    enforcement: 'active',
    include: ['~DEFAULT_BRANCH'],
    exclude: [],
    bypass_actors: [],
    rules: [
      { type: 'required_status_checks', parameters: { required_status_checks } },
      { type: 'merge_queue', parameters: { check_response_timeout_minutes: 30 } },
    ],
  })
  await commitFiles(twin.state, repo, { branch: 'one', files: { 'one.txt': '1' }, message: 'one' })
  const { rest } = stage.as('ada')
  pull = (await rest.pulls.create({ ...stage.at, head: 'one', base: 'main', title: 'one' })).data
  await twin.quiet()
})

function enqueueOf(over: Partial<Extract<Effect, { do: 'enqueue' }>> = {}): Effect {
  const text = { title: 'into the queue', summary: 'why' }
  return {
    do: 'enqueue',
    task: null,
    pull: pull.number,
    head: pull.head.sha,
    check: null,
    key: 'queue 1 in',
    ...text,
    ...over,
  }
}

const conclusions = () => [...stage.repo.checkRuns.values()].map(run => run.conclusion)
const mutations = (name: string) =>
  stage.repo.issues.get(pull.number)!.timeline.filter(event => event.event === name).length

test('what is put in is seen in it, is put in once, and comes out again', async () => {
  expect((await observe(stage.forge)).queue).toEqual({ timeout: 1_800_000, entries: [], removals: new Map() })
  expect(await perform(stage.forge, enqueueOf())).toMatchObject({ ok: true })
  expect(await perform(stage.another(), enqueueOf())).toMatchObject({ ok: true })
  expect(mutations('added_to_merge_queue')).toBe(1)
  await stage.twin.quiet()
  const other = await observe(stage.another())
  expect(other.queue?.entries).toMatchObject([{ pull: pull.number, head: null, state: 'AWAITING_CHECKS' }])
  expect((await observe(stage.forge)).queue?.entries).toMatchObject([{ head: pull.head.sha }])
  for (let i = 0; i < 2; i++)
    expect(await perform(stage.forge, { do: 'dequeue', task: null, pull: pull.number })).toMatchObject({
      ok: true,
    })
  expect(mutations('removed_from_merge_queue')).toBe(1)
  await stage.twin.quiet()
  expect((await observe(stage.forge)).queue?.entries).toEqual([])
})

test('of a person’s own pull request that Chorus was asked to land it is heard, too, that GitHub took it out', async () => {
  const { rest } = stage.as('ada')
  await rest.issues.addLabels({ ...stage.at, issue_number: pull.number, labels: [LAND_LABEL] })
  await stage.twin.quiet()
  expect((await observe(stage.forge)).guests).toMatchObject([{ pull: { number: pull.number } }])
  await perform(stage.forge, enqueueOf())
  await rest.issues.removeLabel({ ...stage.at, issue_number: pull.number, name: LAND_LABEL })
  await stage.twin.quiet()
  // Its label is off again, and it is still in.
  expect((await observe(stage.forge)).guests).toMatchObject([{ pull: { number: pull.number } }])
  await rest.issues.addLabels({ ...stage.at, issue_number: pull.number, labels: [LAND_LABEL] })
  await perform(stage.forge, { do: 'dequeue', task: null, pull: pull.number })
  await stage.twin.quiet()
  const { queue } = await observe(stage.another())
  expect([...(queue?.removals.keys() ?? [])]).toEqual([pull.number])
})

test('while nothing is in it, nothing that counts is asked for', async () => {
  await observe(stage.forge)
  await observe(stage.forge)
  stage.counted()
  await observe(stage.forge)
  expect(stage.counted()).toEqual([])
})

test('Q2: another head than the judged one is not put in, and no gate turns green for it', async () => {
  const { state } = stage.twin
  await commitFiles(state, stage.repo, { branch: 'one', files: { 'one.txt': '2' }, message: 'two' })
  const came = await perform(stage.forge, enqueueOf())
  expect(came).toMatchObject({ ok: false, fault: { is: 'stale' } })
  expect(conclusions()).toEqual([])
})

test('what GitHub does not take: the green is taken back, and its words are kept', async () => {
  const { rest } = stage.as('ada')
  const [rules] = [...stage.repo.rulesets.values()]
  rules!.rules[0]!.parameters = { required_status_checks: [{ context: 'test' }] }
  const came = await perform(stage.forge, enqueueOf())
  expect(came).toMatchObject({ ok: false, fault: { is: 'stale', why: expect.stringMatching(/"test"/) } })
  expect(conclusions()).toEqual(['success', null])
  expect(stage.forge.memory.refusals.get(pull.number)).toBeDefined()
  expect((await rest.pulls.get({ ...stage.at, pull_number: pull.number })).data.merged).toBe(false)
})

test('an answer that got lost is looked up, not asked for again', async () => {
  stage.twin.faults.add({
    kind: 'request',
    match: { method: 'POST', route: 'graphql', body: 'enqueuePullRequest' },
    act: { do: 'answer', status: 502, when: 'after' },
  })
  expect(await perform(stage.forge, enqueueOf())).toMatchObject({ ok: true })
  expect(mutations('added_to_merge_queue')).toBe(1)
  expect(conclusions()).toEqual(['success'])
})

test('of a long queue all entries are seen, those on later pages of the list too', async () => {
  const { twin, repo } = stage
  await perform(stage.forge, enqueueOf())
  await twin.quiet()
  const queue = repo.queues.get('main')!
  const [first] = queue.entries
  const others = Array.from({ length: 130 }, (_, i) => ({ ...first!, id: 9_000 + i, node_id: `MQE_${i}` }))
  queue.entries = [...others, first!]
  const { queue: seen } = await observe(stage.another())
  expect(seen?.entries).toHaveLength(131)
})

test('Q4: the commit that CI judges is the group’s own head, not the one in the name of its branch', async () => {
  await perform(stage.forge, enqueueOf())
  await stage.twin.quiet()
  const [entry] = (await observe(stage.another())).queue?.entries ?? []
  const { stdout } = await git(stage.repo, [
    'for-each-ref',
    '--format=%(refname) %(objectname)',
    'refs/heads/gh-readonly-queue',
  ])
  const [name = '', head = ''] = stdout.toString().trim().split(' ')
  const base = (await git(stage.repo, ['rev-parse', 'main'])).stdout.toString().trim()
  expect(name).toBe(`refs/heads/gh-readonly-queue/main/pr-${pull.number}-${base}`)
  expect(entry?.group?.head).toBe(head)
  expect(head).not.toBe(base)
})
