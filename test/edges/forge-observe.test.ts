import { afterEach, expect, test, vi } from 'vitest'
import type { Ticket } from '../../core/contract/ticket.ts'
import { emptyRecord } from '../../core/ledger.ts'
import { printAttemptRef, printBranch, printClaimRef, printReportRef, printTaskId } from '../../core/names.ts'
import { observe } from '../../forge/observe.ts'
import { type Performed, perform } from '../../forge/perform.ts'
import { commitFiles } from '../../twin/seed.ts'
import { makeDispatch, makeTicket } from '../make.ts'
import { type ForgeStage, setForgeStage } from './forge-stage.ts'

let stage: ForgeStage

afterEach(() => stage.twin.close())

function done(performed: Performed): Record<string, unknown> {
  if (!performed.ok) throw new Error(JSON.stringify(performed.fault))
  return (performed.note ?? {}) as Record<string, unknown>
}

/** GitHub lists a dispatched run a little late. */
async function listed(runs: number): Promise<void> {
  const list = async () => (await stage.as('ada').rest.actions.listWorkflowRunsForRepo(stage.at)).data
  await vi.waitFor(async () => expect((await list()).total_count).toBe(runs), {
    timeout: 20_000,
    interval: 50,
  })
}

async function open(title: string, labels: string[] = []): Promise<number> {
  const { data } = await stage.as('ada').rest.issues.create({ ...stage.at, title, body: 'Please.', labels })
  return data.number
}

test('an empty repository is a world without tasks, and a second look costs nothing', async () => {
  stage = await setForgeStage()
  const world = await observe(stage.forge)
  expect(world.tasks).toEqual([])
  expect(world.caller).toEqual({ is: 'current' })
  expect(world.config.ok).toBe(true)
  expect(world.repo).toMatchObject({ owner: 'ada', name: 'demo', defaultBranch: 'main' })
  expect(world.ledger.head).toBeNull()
  expect(stage.counted().length).toBeLessThan(15)
  const again = await observe(stage.forge)
  expect({ ...again, admission: world.admission }).toEqual(world)
  expect(again.admission.last).toBeNull()
  expect(stage.counted()).toEqual([])
})

test('a labelled issue, its claim, run, branch, pull request and merge are all seen as they come', async () => {
  stage = await setForgeStage()
  const { forge } = stage
  await observe(forge)
  const issue = await open('Say more', ['agent:codex'])
  const task = printTaskId(issue)
  let world = await observe(forge)
  expect(world.tasks).toHaveLength(1)
  expect(world.tasks[0]!.issue.timeline).toMatchObject([
    { is: 'labeled', label: 'agent:codex', by: { login: 'ada', kind: 'person' } },
  ])
  expect([...world.standings.values()]).toEqual(['admin'])

  const record = { ...emptyRecord(issue), logged: 'ready' }
  const event = { at: Date.now(), task, event: 'ready', actor: 'ada', cause: 'label', evidence: {} }
  const first = done(
    await perform(forge, {
      do: 'record',
      head: null,
      controls: null,
      records: new Map([[task, record]]),
      events: [event],
      usage: [],
      learnings: [],
    }),
  )
  const ticket: Ticket = makeTicket({ kind: 'plan', task, issue, attempt: 1, base: world.repo.head })
  const { claim } = done(await perform(forge, { do: 'claim', task, attempt: 1, ticket, admitted: null }))
  world = await observe(forge)
  expect(world.ledger.head).toBe(first.head)
  expect(world.tasks[0]!.record).toEqual(record)
  expect(world.tasks[0]!.claims).toMatchObject([{ attempt: 1, sealed: true, dispatch: { is: 'unsent' } }])

  const dispatch = makeDispatch({ task, claim: String(claim) }, 'plan')
  const { run } = done(await perform(forge, dispatch))
  // Known from the answer, with what it is for: else a stop would not end it. That it ended shows once something says that it did.
  world = await observe(forge)
  expect(world.tasks[0]!.runs).toMatchObject([
    { id: run, kind: 'plan', status: 'queued', actorId: world.app.botId },
  ])
  await stage.twin.quiet(30_000)
  await listed(1)
  const late = { ...dispatch, own: null, admitted: world.admission.last }
  // In the second of the claim it would be the very same commit.
  const found = async () => await perform(forge, late)
  await expect.poll(found, { timeout: 10_000 }).toMatchObject({ ok: true, note: { run } })
  forge.memory.runToldAt = Date.now()
  world = await observe(forge)
  expect(world.tasks[0]!.runs).toMatchObject([
    {
      id: run,
      status: 'completed',
      conclusion: 'success',
      path: '.github/workflows/chorus.yml',
      actorId: world.app.botId,
      receipt: { attempt: null, report: '0123456789012345678901234567890123456789' },
    },
  ])

  // Whoever may push makes a claim of a huge number: what is awaited is still the run of ours, and that is over.
  const bob = stage.as('bob').rest.git
  await bob.createRef({ ...stage.at, ref: printClaimRef({ task, attempt: 99_999 }), sha: world.repo.head })
  const asked = stage.twin.requests.length
  expect((await observe(forge)).tasks[0]!.claims).toHaveLength(2)
  const paths = stage.twin.requests.slice(asked).map(request => request.path)
  expect(paths.filter(path => path.includes('/actions/'))).toEqual([])

  const ada = stage.as('ada')
  const files = { 'src/a.js': 'export const a = 2\n' }
  const head = await commitFiles(stage.twin.state, stage.repo, {
    branch: 'scratch',
    files,
    message: 'feat: more',
  })
  await ada.rest.git.createRef({ ...stage.at, ref: printAttemptRef({ task, attempt: 1 }), sha: head })
  await ada.rest.git.createRef({ ...stage.at, ref: printReportRef({ task, attempt: 1 }), sha: head })
  await observe(forge)
  const branch = printBranch({ agent: 'codex', task })
  done(await perform(forge, { do: 'publish', task, branch, before: null, after: head, move: 'fast-forward' }))
  const pullText = { title: `feat: more [${task}]`, body: `Closes #${issue}` }
  const opening = { do: 'open', task, head: branch, sha: head, base: 'main', ...pullText } as const
  const { pull } = done(await perform(forge, opening))
  expect(done(await perform(forge, opening))).toEqual({ pull })
  await stage.twin.quiet(30_000)
  world = await observe(forge)
  expect(world.tasks[0]!.pull).toMatchObject({
    number: pull,
    ours: true,
    state: 'open',
    head: { sha: head, branch },
    current: true,
    mergeable: true,
    changes: [
      { path: 'src/a.js', status: 'modified', added: 1, removed: 1, addedLines: ['export const a = 2'] },
    ],
  })
  const text = { title: 'Waiting', summary: 'For checks.', key: 'w' }
  const { check } = done(
    await perform(forge, {
      do: 'gate',
      task,
      pull: Number(pull),
      head,
      check: null,
      conclusion: null,
      ...text,
    }),
  )
  world = await observe(forge)
  expect(world.tasks[0]!.pull!.gate).toMatchObject({
    id: check,
    status: 'in_progress',
    conclusion: null,
    title: 'Waiting',
    key: 'w',
  })
  const landed = done(
    await perform(forge, {
      do: 'land',
      into: 'main',
      verify: false,
      exact: false,
      task,
      pull: Number(pull),
      head,
      base: world.repo.head,
      check: Number(check),
      method: 'squash',
      title: `feat: more [${task}]`,
      message: `Closes #${issue}`,
      summary: 'All of them.',
    }),
  )
  await stage.twin.quiet(30_000)
  world = await observe(forge)
  expect(world.tasks[0]!.pull).toMatchObject({ state: 'merged', mergedSha: landed.sha })
  expect(world.repo.head).toBe(landed.sha)
  expect(world.tasks[0]!.issue.state).toBe('closed')
  stage.counted()
  await observe(forge)
  expect(stage.counted()).toEqual([])
  // A process that remembers nothing sees the same, but for what only the first can know.
  const other = stage.another()
  const fresh = await observe(other)
  expect(fresh.tasks[0]!.pull).toMatchObject({ number: pull, state: 'merged', mergedSha: landed.sha })
  expect(fresh.tasks[0]!.claims[0]!.dispatch).toBeNull()

  // That landing was taken back, and the next one has landed too, all while the other process did not look.
  const next = { branch: 'next', files: { 'src/a.js': 'export const a = 3\n' }, message: 'feat: again' }
  const sha = await commitFiles(stage.twin.state, stage.repo, next)
  done(await perform(forge, { do: 'publish', task, branch, before: head, after: sha, move: 'force' }))
  const { pull: again } = done(await perform(forge, { ...opening, sha }))
  expect(again).not.toBe(pull)
  await stage.twin.quiet(30_000)
  const { data } = await ada.rest.pulls.merge({ ...stage.at, pull_number: Number(again) })
  await stage.twin.quiet(30_000)
  expect((await observe(other)).tasks[0]!.pull).toMatchObject({
    number: again,
    state: 'merged',
    mergedSha: data.sha,
  })
})

test('what is below a parent comes into view when somebody who may asks for all of it, however deep, and costs nothing after that', async () => {
  stage = await setForgeStage()
  const { forge, at } = stage
  const [root, part, leaf, other] = [
    await open('All'),
    await open('Part'),
    await open('Leaf'),
    await open('Other'),
  ]
  const idOf = (issue: number) => stage.repo.issues.get(issue)!.id
  for (const [above, below] of [
    [root, part],
    [part, leaf],
  ] as const)
    await stage.as('ada').request('POST /repos/{owner}/{repo}/issues/{issue_number}/sub_issues', {
      ...{ ...at, issue_number: above, sub_issue_id: idOf(below) },
    })
  const say = (login: string) =>
    stage.as(login).rest.issues.createComment({ ...at, issue_number: root, body: '/chorus run' })
  const seen = async () => (await observe(forge)).tasks.map(({ issue }) => issue.number)

  await say('eve')
  expect(await seen()).toEqual([root])
  await say('tim')
  const world = await observe(forge)
  expect(world.tasks.map(({ issue }) => issue.number)).toEqual([root, part, leaf])
  const { nested, freed, edits } = world.tasks.at(-1)!.issue
  expect({ nested: typeof nested, freed, edits }).toEqual({ nested: 'number', freed: null, edits: [] })
  stage.counted()
  expect(await seen()).not.toContain(other)
  expect(stage.counted()).toEqual([])

  // What is below something closed is not meant.
  await stage.as('ada').rest.issues.update({ ...at, issue_number: part, state: 'closed' })
  expect(await seen()).not.toContain(leaf)
})
